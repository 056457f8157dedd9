import assert from "node:assert/strict";
import { test } from "node:test";

import { emptyDraft } from "../../../static/js/review/answer/answer.js";
import { Browser } from "./world.js";

/** @param {Browser} browser @param {string} id @param {number} [revises] @param {string} [comment] */
function entry(browser, id, revises = 0, comment = "") {
  const key = `key ${(browser.n += 1)}`;
  const body = { comment, revises };
  return { key, id, study: "s", place: 1, at: browser.clock.ms, body, draft: { ...emptyDraft(), comment }, refusal: null };
}

test("an answer is sent at once and leaves the outbox", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  tab.give(entry(browser, "a"));
  assert.equal(tab.outbox.summary().waiting, 1);
  await browser.clock.pass(100);
  assert.equal(browser.server.revisions.a?.length, 1);
  assert.deepEqual([tab.outbox.entries.size, browser.disk.stores.outbox?.size], [0, 0]);
});

test("without network answers wait in their order and go when it is back", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  browser.server.weather = () => "offline";
  for (const id of ["a", "b", "c"]) {
    tab.give(entry(browser, id));
    await browser.clock.pass(10);
  }
  await browser.clock.pass(20_000);
  assert.deepEqual(tab.outbox.summary().delivery, { state: "waiting", cause: "network" });
  assert.equal(browser.disk.stores.outbox?.size, 3);
  browser.server.weather = () => null;
  tab.hurry();
  await browser.clock.pass(500);
  assert.deepEqual(Object.keys(browser.server.revisions), ["a", "b", "c"]);
  assert.equal(browser.mostAtOnce, 1);
  assert.equal(tab.outbox.summary().delivery.state, "idle");
});

test("pauses grow, and the server's Retry-After is kept even when someone hurries", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  browser.server.weather = () => "offline";
  tab.give(entry(browser, "a"));
  await browser.clock.pass(60_000);
  assert.ok(browser.server.requests >= 6 && browser.server.requests <= 8, String(browser.server.requests));
  const answer = browser.server.answer.bind(browser.server);
  let asked = 0;
  browser.server.answer = async () => {
    asked += 1;
    throw Object.assign(new Error("busy"), { trouble: "offline", status: 503, retryAfterS: 100, problem: {} });
  };
  tab.hurry();
  await browser.clock.pass(1000);
  tab.hurry();
  await browser.clock.pass(90_000);
  assert.equal(asked, 1);
  browser.server.answer = answer;
  browser.server.weather = () => null;
  await browser.clock.pass(20_000);
  assert.equal(browser.server.revisions.a?.length, 1);
});

test("an answer on which the server fails does not hold up those of other ROIs", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  const answer = browser.server.answer.bind(browser.server);
  let fails = true;
  browser.server.answer = async (id, body, key) => {
    if (id === "a" && fails) {
      throw Object.assign(new Error("Error 500."), { trouble: "offline", status: 500, retryAfterS: 0, problem: {} });
    }
    return answer(id, body, key);
  };
  tab.give(entry(browser, "a"));
  tab.give(entry(browser, "b"));
  await browser.clock.pass(500);
  assert.equal(browser.server.revisions.b?.length, 1);
  assert.deepEqual(tab.outbox.summary().delivery, { state: "waiting", cause: "server" });
  fails = false;
  await browser.clock.pass(40_000);
  assert.equal(browser.server.revisions.a?.length, 1);
});

test("a change of an answer follows it, whatever happens to the first reply", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  browser.server.faults = ["lost"];
  tab.give(entry(browser, "a", 0, "first"));
  await browser.clock.pass(1);
  tab.give(entry(browser, "a", 1, "second"));
  await browser.clock.pass(5000);
  assert.deepEqual(browser.server.revisions.a?.map(({ body }) => body.comment), ["first", "second"]);
});

test("a signed-out rater's answers wait for the sign-in and not for time", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  browser.server.weather = () => "signin";
  tab.give(entry(browser, "a"));
  await browser.clock.pass(300_000);
  assert.equal(tab.outbox.summary().delivery.state, "signin");
  assert.equal(browser.server.requests, 1);
  browser.server.weather = () => null;
  tab.hear({ kind: "signedin" });
  await browser.clock.pass(500);
  assert.equal(browser.server.revisions.a?.length, 1);
});

test("what the server refuses needs the rater, and a new answer takes its place", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  browser.server.revisions.a = [{ key: "elsewhere", body: { comment: "theirs", revises: 0 } }];
  tab.give(entry(browser, "a", 0, "mine"));
  tab.give(entry(browser, "a", 1, "mine again"));
  tab.give(entry(browser, "b"));
  await browser.clock.pass(500);
  const { waiting, needs } = tab.outbox.summary();
  assert.deepEqual([waiting, needs.map(({ id }) => id)], [0, ["a"]]);
  assert.equal(tab.outbox.refused("a")?.problem.current, 1);
  assert.equal(browser.server.revisions.b?.length, 1);
  tab.give(entry(browser, "a", 1, "mine after all"));
  await browser.clock.pass(500);
  assert.deepEqual(browser.server.revisions.a.map(({ body }) => body.comment), ["theirs", "mine after all"]);
  assert.equal(browser.disk.stores.outbox?.size, 0);
});

test("a refused answer survives a reload and can be sent again as it is", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  const answer = browser.server.answer.bind(browser.server);
  browser.server.answer = async () => {
    throw Object.assign(new Error("The study is closed."), { trouble: "refused", status: 403, problem: {} });
  };
  tab.give(entry(browser, "a"));
  await browser.clock.pass(500);
  browser.close(tab);
  const next = await browser.open();
  assert.equal(next.outbox.refused("a")?.message, "The study is closed.");
  browser.server.answer = answer;
  await Promise.all([next.outbox.retry("a"), browser.clock.pass(500)]);
  assert.equal(browser.server.revisions.a?.length, 1);
});

test("an answer of a tab that crashed is delivered by the next one, with its key", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  browser.server.faults = ["lost"];
  tab.give(entry(browser, "a"));
  await browser.clock.pass(15);
  browser.close(tab, { crash: true });
  await browser.clock.pass(100);
  await browser.open();
  await browser.clock.pass(500);
  assert.equal(browser.server.revisions.a?.length, 1);
  assert.equal(browser.disk.stores.outbox?.size, 0);
});

test("two tabs send one after the other, and each learns what the other sent", async () => {
  const browser = new Browser();
  const [one, two] = [await browser.open(), await browser.open()];
  browser.server.weather = () => "offline";
  one.give(entry(browser, "a"));
  two.give(entry(browser, "b"));
  await browser.clock.pass(3000);
  assert.deepEqual([one.outbox.summary().waiting, two.outbox.summary().waiting], [2, 2]);
  browser.server.weather = () => null;
  one.hurry();
  two.hurry();
  await browser.clock.pass(3000);
  assert.deepEqual([one.outbox.entries.size, two.outbox.entries.size], [0, 0]);
  assert.deepEqual([browser.server.revisions.a?.length, browser.server.revisions.b?.length], [1, 1]);
  assert.equal(browser.mostAtOnce, 1);
});
