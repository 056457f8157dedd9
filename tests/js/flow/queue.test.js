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

/** @param {string} answered ids that have an answer */
function way(answered = "") {
  return new Way([..."abcde"].map((id, n) => ({ id, position: n + 1, answered: answered.includes(id) })));
}

test("the way goes to the next open ROI and ends when none is left", () => {
  const over = way("b");
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
  assert.equal(way("abc").after("a", true), "d");
  assert.equal(way("abcde").after("a", true), "b");
  assert.equal(way("abcde").after("e", true), null);
  assert.equal(way().before("b"), "a");
  assert.equal(way().before("a"), null);
});
