import assert from "node:assert/strict";
import { test } from "node:test";

import { emptyDraft } from "../../../static/js/review/answer/answer.js";
import { Activity } from "../../../static/js/review/flow/activity.js";
import { answeredInTab, draftOnServer, typedInTab } from "../../../static/js/review/flow/elsewhere.js";
import { Session } from "../../../static/js/review/flow/session.js";
import { keepMine, takeOther } from "../../../static/js/review/flow/versions.js";
import { Prefetcher } from "../../../static/js/review/viewer/prefetch.js";
import { Browser } from "../saving/world.js";

const GIVEN = { classes: ["Vessel"], confidence: 3, reasons: ["None"], needs_correction: false, comment: "" };
const PLACE = { crop: { shape: [2, 2, 2], offset_ijk: [1, 1, 1] }, mask: { url: "/mask/a1.nii", key: "a1" } };

/**
 * Make a session over ROIs "a", "b", "c" whose loading the test ends by hand.
 * @param {Record<string, object>} [answers] that the server has, by id
 * @param {Browser} [browser]
 */
async function sessionOver(answers = {}, browser = new Browser()) {
  const saving = await browser.open();
  /** @type {Record<string, {resolve: () => void, reject: (error: Error) => void}>} */ const loads = {};
  /** @type {string[]} */ const opened = [];
  const assignment = (/** @type {string} */ id) => ({ id, ...PLACE, answer: answers[id] ?? null, draft: null });
  const parts = /** @type {any} */ ({
    rois: new Prefetcher((id) => new Promise((resolve, reject) => {
      loads[id] = { resolve: () => resolve({ assignment: assignment(id) }), reject };
    })),
    saving,
    api: { opened: (/** @type {string} */ id) => opened.push(id), assignment: async (/** @type {string} */ id) => assignment(id) },
    activity: new Activity(() => browser.clock.ms / 1000),
    seconds: () => browser.clock.ms / 1000,
    clientVersion: "0123456789abcdef",
  });
  const items = ["a", "b", "c"].map((id, n) => ({ id, position: n + 1, answered: id in answers, classes: [] }));
  const session = new Session(parts, /** @type {any} */ ({
    study: { id: "s", n: 3, answered: Object.keys(answers).length }, at: 1, until: null, items,
  }));
  return { session, saving, browser, loads, opened, answers };
}

/** @param {Awaited<ReturnType<typeof sessionOver>>} over @param {string} id */
async function open(over, id) {
  const opened = over.session.open(id);
  over.loads[id]?.resolve();
  await opened;
  over.session.seen();
  return opened;
}

/** Hear conflicts as the page does. @param {Awaited<ReturnType<typeof sessionOver>>} over */
function listen({ session, saving }) {
  saving.listener = {
    changed() {}, stored() {}, typedElsewhere() {}, answeredElsewhere() {},
    draftConflict: (id, other) => void draftOnServer(session, id, other),
  };
}

/** @param {string} comment */
function answered(comment) {
  return { ...emptyDraft(), classes: ["Vessel"], confidence: 3, reasons: ["None"], needsCorrection: false, comment };
}

test("an ROI that arrives after another was asked for is not opened", async () => {
  const over = await sessionOver();
  const slow = over.session.open("a");
  assert.ok(over.session.locked);
  assert.equal((await open(over, "b"))?.assignment.id, "b");
  over.loads.a?.resolve();
  assert.equal(await slow, null);
  assert.equal(over.session.current().assignment.id, "b");
  assert.ok(!over.session.locked);
});

test("an ROI that does not come takes no answer, and the way back to the last one is open", async () => {
  const over = await sessionOver();
  await open(over, "b");
  const missing = over.session.open("c");
  over.loads.c?.reject(new Error("no network"));
  await assert.rejects(missing, /no network/);
  assert.ok(over.session.locked);
  assert.equal(over.session.missing, "c");
  await open(over, "b");
  assert.ok(!over.session.locked);
});

test("a session asks for more of a long queue once, before it gets there", async () => {
  const over = await sessionOver();
  const { way, parts } = over.session;
  Object.assign(way, { n: 5, until: 3 });
  /** @type {number[]} */ const asked = [];
  parts.api.queue = async (at) => {
    asked.push(at);
    const items = ["d", "e"].map((id, n) => ({ id, position: n + 4, answered: id === "d", classes: [] }));
    return /** @type {any} */ ({ study: { id: "s", n: 5, answered: 1 }, at, until: null, items });
  };
  await open(over, "b");
  void over.session.fetchAhead();
  void over.session.fetchAhead();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(asked, [2]);
  assert.equal(way.after("c"), "e");
  await open(over, "c");
  void over.session.fetchAhead();
  assert.deepEqual(asked, [2]);
});

test("without network a session goes on with what it knows, and asks again", async () => {
  const over = await sessionOver();
  const { way, parts } = over.session;
  Object.assign(way, { n: 9, until: 3 });
  let asked = 0;
  parts.api.queue = async () => {
    asked += 1;
    throw new Error("no network");
  };
  for (const id of ["a", "b"]) {
    await open(over, id);
    void over.session.fetchAhead();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(asked, 2);
  assert.equal(over.session.after(), "c");
});

test("a saved answer is on its way at once, and going back shows it", async () => {
  const over = await sessionOver();
  over.browser.server.weather = () => "offline";
  await open(over, "a");
  await over.browser.clock.pass(4000);
  over.session.change(answered("first"));
  over.session.save();
  await open(over, "b");
  assert.equal(over.saving.outbox.summary().waiting, 1);
  assert.deepEqual(over.opened, ["a", "b"]);
  await open(over, "a");
  assert.equal(over.session.draft.comment, "first");
  assert.ok(!over.session.isChanged());
  over.session.change({ comment: "second" });
  over.session.save();
  over.browser.server.weather = () => null;
  over.saving.hurry();
  await over.browser.clock.pass(500);
  const bodies = over.browser.server.revisions.a?.map(({ body }) => body) ?? [];
  assert.deepEqual(bodies.map(({ comment }) => comment), ["first", "second"]);
  assert.deepEqual([bodies[0].active_s, bodies[0].total_s, bodies[0].correction], [4, 4, null]);
  assert.equal(bodies[0].client_version, "0123456789abcdef");
});

test("an answer that still waits is there after a reload, and what was typed too", async () => {
  const over = await sessionOver();
  over.browser.server.weather = () => "offline";
  await open(over, "a");
  over.session.change(answered("waits"));
  over.session.save();
  await open(over, "b");
  over.session.change({ comment: "typed" });
  await over.browser.clock.pass(100);
  over.browser.close(over.saving);
  const next = await sessionOver({}, over.browser);
  assert.equal(next.session.first(), "b");
  await open(next, "b");
  assert.equal(next.session.draft.comment, "typed");
  await open(next, "a");
  assert.equal(next.session.draft.comment, "waits");
});

test("what was typed before another answer came is offered and not shown as the answer", async () => {
  const over = await sessionOver({ a: { ...GIVEN, revision: 1 } });
  const draft = { ...emptyDraft(), comment: "typed here" };
  over.saving.drafts.keep({ key: "a", draft, revises: 0, activeS: 1, totalS: 1, at: 1, version: 0, isNew: true });
  await open(over, "a");
  assert.deepEqual(over.session.draft.classes, ["Vessel"]);
  assert.deepEqual(over.session.older, draft);
  over.session.change(draft);
  assert.equal(over.saving.drafts.read("a")?.revises, 1);
});

test("what was typed before another answer came is not sent, and outlives pages until it is put back", async () => {
  const over = await sessionOver({ a: { ...GIVEN, revision: 1 } });
  over.browser.server.revisions.a = [{ key: "else", body: { ...GIVEN, revises: 0 } }];
  const draft = { ...emptyDraft(), comment: "typed here" };
  over.saving.drafts.keep({ key: "a", draft, revises: 0, activeS: 1, totalS: 1, at: 1, version: 0, isNew: true });
  await over.browser.clock.pass(100);
  over.browser.close(over.saving);

  const next = await sessionOver(over.answers, over.browser);
  const before = next.browser.server.draftRequests;
  listen(next);
  await open(next, "a");
  await next.browser.clock.pass(60_000);
  next.session.note();
  await next.browser.clock.pass(100);
  assert.ok(next.browser.server.draftRequests - before <= 1);
  next.browser.close(next.saving);

  const last = await sessionOver(over.answers, over.browser);
  await open(last, "a");
  assert.equal(last.session.older?.comment, "typed here");
  last.session.change(draft);
  await last.browser.clock.pass(5000);
  assert.equal(last.browser.server.drafts.a?.draft.comment, "typed here");
});

test("of an answer given elsewhere both versions are there, and each can be chosen", async () => {
  for (const choose of [keepMine, takeOther]) {
    const over = await sessionOver();
    over.browser.server.revisions.a = [{ key: "else", body: { ...GIVEN, comment: "theirs", revises: 0 } }];
    await open(over, "a");
    over.session.change(answered("mine"));
    over.session.save();
    await over.browser.clock.pass(500);
    over.session.takeUp();
    assert.equal(over.session.refusal?.trouble, "conflict");
    assert.deepEqual([over.session.draft.comment, over.session.other?.draft.comment], ["mine", "theirs"]);
    choose(over.session);
    assert.equal(over.session.other, null);
    if (choose === keepMine) {
      over.session.save();
    }
    await over.browser.clock.pass(500);
    const stored = over.browser.server.revisions.a.map(({ body }) => body.comment);
    assert.deepEqual(stored, choose === keepMine ? ["theirs", "mine"] : ["theirs"]);
    assert.equal(over.session.draft.comment, stored.at(-1));
    assert.equal(over.saving.outbox.entries.size, 0);
    assert.ok(!over.session.isChanged());
  }
});

test("a tab that was not touched follows the other, a touched one shows both", async () => {
  const over = await sessionOver();
  await open(over, "a");
  const kept = { key: "a", draft: answered("there"), revises: 0, activeS: 1, totalS: 1, at: 7, version: 2, isNew: true };
  over.saving.drafts.kept.set("a", kept);
  assert.ok(typedInTab(over.session, kept));
  assert.equal(over.session.draft.comment, "there");
  const further = { ...kept, draft: answered("there, further") };
  over.saving.drafts.kept.set("a", further);
  assert.ok(typedInTab(over.session, further));
  assert.equal(over.session.draft.comment, "there, further");
  over.session.change({ comment: "here" });
  assert.ok(typedInTab(over.session, { ...kept, draft: answered("there again") }));
  assert.equal(over.session.draft.comment, "here");
  assert.equal(over.session.other?.draft.comment, "there again");
  const entry = { key: "k", id: "a", study: "s", place: 1, at: 9, body: { revises: 0 }, draft: answered("saved there"), refusal: null };
  assert.ok(answeredInTab(over.session, entry));
  assert.deepEqual([over.session.other?.kind, over.session.other?.revision], ["answer", 1]);
});

test("a draft of another machine is shown beside this one, and the chosen one stays", async () => {
  const over = await sessionOver();
  over.saving.listener = /** @type {any} */ ({
    changed() {},
    draftConflict: (/** @type {string} */ id, /** @type {any} */ other) => draftOnServer(over.session, id, other),
  });
  over.browser.server.drafts.a = { draft: answered("theirs"), revises: 0, client: "else", version: 4, saved_at: "" };
  await open(over, "a");
  over.session.change({ comment: "mine" });
  await over.browser.clock.pass(2000);
  assert.equal(over.session.other?.draft.comment, "theirs");
  keepMine(over.session);
  await over.browser.clock.pass(2000);
  assert.equal(over.browser.server.drafts.a.draft.comment, "mine");
});
