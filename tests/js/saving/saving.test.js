import assert from "node:assert/strict";
import { test } from "node:test";

import { emptyDraft } from "../../../static/js/review/answer/answer.js";
import { secondsIn, troubleOf } from "../../../static/js/review/saving/api.js";
import { pauseS, PAUSES_S } from "../../../static/js/review/saving/backoff.js";
import { newId } from "../../../static/js/review/saving/ids.js";
import { readOldDrafts } from "../../../static/js/review/saving/old-drafts.js";
import { inWords } from "../../../static/js/review/saving/words.js";
import { Browser, plainStorage } from "./world.js";

/** @param {string} key @param {object} [more] */
function kept(key, more = {}) {
  return { key, draft: emptyDraft(), revises: 0, activeS: 1, totalS: 2, at: 5, version: 0, isNew: true, ...more };
}

/** @param {string} comment */
function draft(comment) {
  return { ...emptyDraft(), comment };
}

test("the server's refusals are sorted by what can be done", () => {
  assert.equal(troubleOf(401, ""), "signin");
  assert.equal(troubleOf(403, "CSRF Failed: CSRF token incorrect."), "signin");
  assert.equal(troubleOf(403, "The study is closed: it takes no more answers."), "refused");
  assert.equal(troubleOf(400, ""), "invalid");
  assert.equal(troubleOf(409, ""), "conflict");
  assert.equal(troubleOf(404, ""), "refused");
  assert.equal(troubleOf(503, ""), "offline");
});

test("Retry-After is read as seconds and as a date", () => {
  const now = Date.parse("Wed, 21 Oct 2026 07:28:00 GMT");
  assert.equal(secondsIn("120", now), 120);
  assert.equal(secondsIn("Wed, 21 Oct 2026 07:28:30 GMT", now), 30);
  assert.equal(secondsIn("Wed, 21 Oct 2020 07:28:30 GMT", now), 0);
  assert.equal(secondsIn(null, now), 0);
});

test("pauses grow, differ between pages, and are never shorter than the server asks", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 9].map((n) => pauseS(n, 0.5)), [...PAUSES_S, 30]);
  assert.ok(pauseS(3, 0) < 8 && pauseS(3, 1) > 8);
  assert.equal(pauseS(0, 0, 77), 77);
});

test("ids are UUIDs of version 4", () => {
  assert.match(newId(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(newId(), newId());
});

test("every state is said in words", () => {
  const entry = /** @type {any} */ ({});
  const words = (/** @type {number} */ waiting, /** @type {number} */ n, /** @type {any} */ state, cause = "network") =>
    inWords({ waiting, needs: Array(n).fill(entry), delivery: { state, cause: /** @type {any} */ (cause) } }, false).words;
  assert.equal(words(0, 0, "idle"), "✓ all answers saved");
  assert.equal(words(1, 0, "sending"), "saving …");
  assert.equal(words(3, 0, "waiting"), "waiting for network: 3 answers kept here");
  assert.equal(words(1, 0, "waiting", "server"), "waiting for the server: 1 answer kept here");
  assert.equal(words(2, 0, "signin"), "signed out: 2 answers kept here");
  assert.equal(words(0, 2, "idle"), "2 answers need you");
  assert.equal(words(1, 1, "sending"), "saving … · 1 answer needs you");
});

test("a change is in the browser at once, and on the server within two seconds of steady typing", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  for (let n = 0; n < 9; n += 1) {
    tab.keep(kept("a", { draft: draft("x".repeat(n)), at: n }));
    await browser.clock.pass(220);
  }
  assert.equal(browser.disk.stores.drafts?.get("a").draft.comment, "xxxxxxxx");
  assert.ok(browser.server.drafts.a, "nothing came in the first two seconds");
  await browser.clock.pass(1500);
  assert.equal(browser.server.drafts.a.draft.comment, "xxxxxxxx");
  assert.equal(browser.disk.stores.drafts?.get("a").isNew, false);
});

test("a change that comes while the last one is being written is written after it", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  tab.keep(kept("a", { draft: draft("o"), at: 1 }));
  await browser.clock.pass(1); // the disk takes two
  tab.keep(kept("a", { draft: draft("on"), at: 2 }));
  tab.keep(kept("a", { draft: draft("one"), at: 3 }));
  await browser.clock.pass(20);
  assert.equal(browser.disk.stores.drafts?.get("a").draft.comment, "one");
  assert.equal(tab.shelf.pending.size, 0);
});

test("a draft of another machine is told, and sending waits for the rater's choice", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  browser.server.drafts.a = { draft: draft("theirs"), revises: 0, client: "else", version: 3, saved_at: "" };
  /** @type {any[]} */ const told = [];
  tab.listener = { changed() {}, stored() {}, typedElsewhere() {}, answeredElsewhere() {}, draftConflict: (id, other) => told.push([id, other?.draft.comment]) };
  tab.keep(kept("a", { draft: draft("mine") }));
  await browser.clock.pass(3000);
  tab.keep(kept("a", { draft: draft("mine!") }));
  await browser.clock.pass(60_000);
  assert.deepEqual(told, [["a", "theirs"]]);
  assert.equal(browser.server.drafts.a.draft.comment, "theirs");
  tab.sync.resolve("a", 3);
  await browser.clock.pass(500);
  assert.equal(browser.server.drafts.a.draft.comment, "mine!");
});

test("a server that meets every draft with a conflict is asked ever less often", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  browser.server.revisions.a = [{ key: "else", body: { revises: 0 } }];
  tab.listener = { changed() {}, stored() {}, typedElsewhere() {}, answeredElsewhere() {}, draftConflict: (id) => tab.sync.resolve(id, 0) };
  tab.keep(kept("a", { draft: draft("mine") }));
  await browser.clock.pass(60_000);
  assert.ok(browser.server.draftRequests >= 3 && browser.server.draftRequests <= 9, `${browser.server.draftRequests} requests`);
});

test("a draft that was not sent is sent by the next page, and an answer stops it", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  browser.server.weather = () => "offline";
  tab.keep(kept("a", { draft: draft("typed without network") }));
  await browser.clock.pass(5000);
  browser.close(tab);
  browser.server.weather = () => null;
  const next = await browser.open();
  await browser.clock.pass(2000);
  assert.equal(browser.server.drafts.a?.draft.comment, "typed without network");
  next.keep(kept("b"));
  next.give({ key: "k", id: "b", study: "s", place: 1, at: 1, body: { revises: 0 }, draft: emptyDraft(), refusal: null });
  await browser.clock.pass(5000);
  assert.equal(browser.server.drafts.b, undefined);
});

test("what the database had not taken when the page closed is there on the next", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  tab.keep(kept("a", { draft: draft("the last key"), at: 9 }));
  browser.disk.queue = new Promise(() => {});
  tab.keep(kept("a", { draft: draft("the last key!"), at: 10 }));
  browser.close(tab);
  browser.disk.queue = Promise.resolve();
  const next = await browser.open();
  assert.equal(next.drafts.read("a")?.draft.comment, "the last key!");
  assert.equal(browser.storage.entries.size, 0);
});

test("a browser without room keeps all in memory, says so, and warns before it closes", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  browser.disk.full = true;
  browser.server.weather = () => "offline";
  tab.give({ key: "k", id: "a", study: "s", place: 1, at: 1, body: { revises: 0 }, draft: emptyDraft(), refusal: null });
  await browser.clock.pass(100);
  assert.ok(tab.shelf.broken && tab.leave());
  browser.server.weather = () => null;
  tab.hurry();
  await browser.clock.pass(200);
  assert.equal(browser.server.revisions.a?.length, 1);
  assert.ok(!tab.leave());
  const without = await browser.open("client", null);
  without.keep(kept("b"));
  assert.ok(without.shelf.broken && without.leave());
});

test("nobody is warned while everything is kept", async () => {
  const browser = new Browser();
  const tab = await browser.open();
  browser.server.weather = () => "offline";
  tab.keep(kept("a"));
  assert.ok(!tab.leave(), "the last words hold what the database has not taken yet");
  await browser.clock.pass(100);
  assert.ok(!tab.leave());
});

test("drafts of an earlier version are taken over, spoiled ones are left", () => {
  const storage = plainStorage();
  storage.setItem("second-look:7:id", JSON.stringify({ draft: draft("<b>α"), revises: 1, activeS: 2.5, key: null }));
  storage.setItem("second-look:7:bad", '{"draft": {"classes": 3}}');
  storage.setItem("second-look:8:id", JSON.stringify({ draft: draft("another's"), revises: 1, activeS: 2.5, key: null }));
  const { names, drafts } = readOldDrafts(storage, "7");
  assert.deepEqual(names, ["second-look:7:id"]);
  assert.deepEqual([drafts[0]?.key, drafts[0]?.draft.comment, drafts[0]?.isNew], ["id", "<b>α", true]);
});
