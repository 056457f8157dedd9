import assert from "node:assert/strict";
import { test } from "node:test";

import { Activity, IDLE_AFTER_S } from "../../../static/js/review/flow/activity.js";
import { Way } from "../../../static/js/review/flow/way.js";
import { timeLeft } from "../../../static/js/review/flow/pace.js";
import { Prefetcher } from "../../../static/js/review/viewer/prefetch.js";

test("what was fetched ahead is not fetched again", async () => {
  /** @type {string[]} */ const loads = [];
  const queue = new Prefetcher(async (id) => loads.push(id));
  await queue.want(["a", "b"]);
  await queue.get("a");
  assert.deepEqual(loads, ["a", "b"]);
});

test("fetching ahead goes one by one and drops what is not wanted any more", async () => {
  /** @type {string[]} */ const loads = [];
  /** @type {(() => void)[]} */ const done = [];
  const queue = new Prefetcher((id) => {
    loads.push(id);
    return new Promise((resolve) => done.push(() => resolve(id)));
  });
  const first = queue.want(["a", "b", "c"]);
  assert.deepEqual(loads, ["a"]);
  void queue.want(["c"]);
  done.shift()?.();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(loads, ["a", "c"]);
  done.shift()?.();
  await first;
});

test("what failed is tried again when it is asked for", async () => {
  let tries = 0;
  const queue = new Prefetcher(async () => {
    tries += 1;
    if (tries === 1) {
      throw new Error("no network");
    }
    return "here";
  });
  await queue.want(["a"]);
  assert.equal(await queue.get("a"), "here");
});

test("only the last few stay in memory", async () => {
  let loads = 0;
  const queue = new Prefetcher(async () => (loads += 1), { keep: 2 });
  for (const id of ["a", "b", "a", "c", "a", "b"]) {
    await queue.get(id);
  }
  assert.equal(loads, 4);
});

/** @returns {{clock: {t: number}, activity: Activity}} */
function stopwatch() {
  const clock = { t: 100 };
  return { clock, activity: new Activity(() => clock.t) };
}

test("time counts while input comes, and stops a minute after the last", () => {
  const { clock, activity } = stopwatch();
  clock.t += 30;
  activity.input();
  clock.t += 500;
  assert.equal(activity.seconds(), 30 + IDLE_AFTER_S);
  activity.input();
  clock.t += 5;
  assert.equal(activity.seconds(), 30 + IDLE_AFTER_S + 5);
});

test("time does not count while the page is hidden", () => {
  const { clock, activity } = stopwatch();
  clock.t += 10;
  activity.show(false);
  clock.t += 20;
  activity.show(true);
  clock.t += 3;
  assert.equal(activity.seconds(), 13);
  activity.restart();
  assert.equal(activity.seconds(), 0);
});

test("the time left is the usual pace times what is left, in words", () => {
  assert.equal(timeLeft([30, 30], 100), "");
  assert.equal(timeLeft([30, 20, 600, 30, 30], 0), "");
  assert.equal(timeLeft([30, 20, 600, 30, 30], 140), "about 1 h 10 min left at your pace");
  assert.equal(timeLeft([10, 10, 10], 3), "about a minute left at your pace");
});

/**
 * @param {string[]} items ids in their order; those in capitals have an answer
 * @param {object} [part]
 * @param {number} [part.n]
 * @param {number} [part.answered]
 * @param {number} [part.first] place of the first item
 * @param {number} [part.at]
 * @param {number | null} [part.until]
 * @returns {any}
 */
function queue(items, { n = items.length, answered, first = 1, at = 1, until = null } = {}) {
  const isGiven = (/** @type {string} */ name) => name !== name.toLowerCase();
  return {
    study: { id: "s", n, answered: answered ?? items.filter(isGiven).length },
    at,
    until,
    items: items.map((name, i) => ({ id: name.toLowerCase(), position: first + i, answered: isGiven(name), classes: [] })),
  };
}

/** @param {string} [names] */
function way(names = "abcde") {
  return new Way(queue([...names]));
}

test("the way goes to the next open ROI and ends when none is left", () => {
  const over = way("aBcde");
  assert.equal(over.first(), "a");
  assert.equal(over.after("a"), "c");
  assert.deepEqual(over.ahead("a", 3), ["c", "d", "e"]);
  ["a", "c", "d", "e"].forEach((id) => over.answered.add(id));
  assert.equal(over.after("e"), null);
});

test("who skips comes back to it after the last one", () => {
  const over = way();
  over.skipped.add("a").add("b");
  ["c", "d"].forEach((id) => over.answered.add(id));
  assert.equal(over.after("b"), "e");
  over.answered.add("e");
  assert.equal(over.after("e"), "a");
  over.answered.add("a");
  assert.equal(over.after("a"), "b");
  assert.equal(over.after("b"), null);
});

test("who looks back goes on to what is open, and through a whole study in its order", () => {
  assert.equal(way("ABCde").after("a", { looksBack: true }), "d");
  assert.equal(way("ABCDE").after("a", { looksBack: true }), "b");
  assert.equal(way("ABCDE").after("e", { looksBack: true }), null);
  assert.equal(way().before("b"), "a");
  assert.equal(way().before("a"), null);
});

const NAMES = Array.from({ length: 1000 }, (_, i) => `r${i + 1}`);

/** @param {number} from @param {number} to */
function part(from, to) {
  const items = NAMES.slice(from - 1, to);
  return queue(items, { n: 1000, answered: 400, first: from, at: from, until: to });
}

test("a part of a long queue is asked to go on before it ends, and the next one is joined", () => {
  const over = new Way(part(401, 500));
  assert.ok(over.knowsAhead(401));
  for (let i = 401; i <= 470; i += 1) {
    over.answered.add(`r${i}`);
  }
  assert.ok(!over.knowsAhead(471));
  over.learn(part(471, 570));
  assert.ok(over.knowsAhead(471));
  assert.equal(over.after("r500"), "r501");
  assert.deepEqual([over.n, over.nAnswered, over.isWhole], [1000, 470, false]);
});

test("past what is known comes the next in order, not the first places again", () => {
  const over = new Way(part(401, 500));
  over.skipped.add("r401");
  assert.equal(over.after("r500", { next: "r501" }), "r501");
  assert.deepEqual(over.ahead("r500", 4, "r501"), ["r501"]);
  over.meet(/** @type {any} */ ({ id: "r501", position: 501, answer: null }));
  assert.equal(over.after("r501", { next: "r502" }), "r502");
  assert.equal(over.place("r501"), 500);
  assert.equal(over.before("r501", "r500"), "r500");
});

test("an ROI that a link opens is known with its place, and counts once", () => {
  const over = new Way(part(401, 500));
  over.meet(/** @type {any} */ ({ id: "r7", position: 7, answer: { classes: ["Vessel"] } }));
  assert.deepEqual([over.nAnswered, over.place("r7"), over.answered.has("r7")], [400, 6, true]);
  assert.equal(over.before("r7", "r6"), "r6");
  assert.ok(!over.knowsAhead(7));
  over.give({ id: "r7", place: 7, body: { revises: 1 } });
  over.give({ id: "r9", place: 9, body: { revises: 2 } });
  assert.equal(over.nAnswered, 400);
  over.give({ id: "r999", place: 999, body: { revises: 0 } });
  assert.equal(over.nAnswered, 401);
  over.learn({ ...part(990, 1000), until: null });
  assert.equal(over.nAnswered, 401);
  assert.ok(over.knowsAhead(7));
});
