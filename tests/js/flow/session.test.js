import assert from "node:assert/strict";
import { test } from "node:test";

import { emptyDraft } from "../../../static/js/review/answer/answer.js";
import { Activity } from "../../../static/js/review/flow/activity.js";
import { Drafts } from "../../../static/js/review/saving/drafts.js";
import { Prefetcher } from "../../../static/js/review/viewer/prefetch.js";
import { Session } from "../../../static/js/review/flow/session.js";

const GIVEN = { classes: ["Vessel"], confidence: 3, reasons: ["None"], needs_correction: false, comment: "" };

/**
 * Make a session over ROIs "a", "b", "c" whose loading the test ends by hand.
 * @param {Record<string, object>} [answers] that the server has, by id
 */
function sessionOver(answers = {}) {
  /** @type {Record<string, {resolve: () => void, reject: (error: Error) => void}>} */ const loads = {};
  /** @type {Map<string, string>} */ const entries = new Map();
  /** @type {{id: string, key: string, body: any}[]} */ const sent = [];
  const storage = {
    getItem: (/** @type {string} */ name) => entries.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => void entries.set(name, value),
    removeItem: (/** @type {string} */ name) => void entries.delete(name),
  };
  const drafts = new Drafts(storage, "7");
  const parts = /** @type {any} */ ({
    rois: new Prefetcher((id) => new Promise((resolve, reject) => {
      const assignment = { id, answer: answers[id] ?? null };
      loads[id] = { resolve: () => resolve({ assignment }), reject };
    })),
    drafts,
    activity: new Activity(() => 0),
    saver: {
      save: async (/** @type {string} */ id, /** @type {any} */ body, /** @type {string} */ key) => {
        sent.push({ id, key, body });
        return { revision: body.revises + 1 };
      },
    },
  });
  const items = ["a", "b", "c"].map((id, n) => ({ id, position: n + 1, answered: id in answers, classes: [] }));
  const session = new Session(parts, /** @type {any} */ ({ items }));
  return { session, drafts, sent, loads };
}

/** @param {ReturnType<typeof sessionOver>} over @param {string} id */
async function open(over, id) {
  const opened = over.session.open(id);
  over.loads[id]?.resolve();
  return opened;
}

test("an ROI that arrives after another was asked for is not opened", async () => {
  const over = sessionOver();
  const slow = over.session.open("a");
  assert.ok(over.session.locked);
  assert.equal((await open(over, "b"))?.assignment.id, "b");
  over.loads.a?.resolve();
  assert.equal(await slow, null);
  assert.equal(over.session.current().assignment.id, "b");
  assert.ok(!over.session.locked);
});

test("an ROI that fails after another was asked for says nothing", async () => {
  const over = sessionOver();
  const slow = over.session.open("a");
  await open(over, "b");
  over.loads.a?.reject(new Error("no network"));
  assert.equal(await slow, null);
  const again = over.session.open("c");
  over.loads.c?.reject(new Error("no network"));
  await assert.rejects(again, /no network/);
  assert.ok(!over.session.locked);
});

test("what was typed before another answer came is offered and not shown as the answer", async () => {
  const over = sessionOver({ a: { ...GIVEN, revision: 1 } });
  const draft = { ...emptyDraft(), comment: "typed here" };
  over.drafts.keep("a", { draft, revises: 0, activeS: 1, key: null });
  await open(over, "a");
  assert.deepEqual(over.session.draft.classes, ["Vessel"]);
  assert.deepEqual(over.session.older, draft);
  over.session.change(draft);
  assert.equal(over.drafts.read("a")?.revises, 1);
});

test("an answer whose receipt got lost is not offered again", async () => {
  const over = sessionOver({ a: { ...GIVEN, revision: 1 } });
  const draft = { ...emptyDraft(), classes: ["Vessel"], confidence: 3, reasons: ["None"], needsCorrection: false };
  over.drafts.keep("a", { draft, revises: 0, activeS: 1, key: "sent" });
  await open(over, "a");
  assert.equal(over.session.older, null);
  assert.ok(!over.session.isChanged());
});

test("an answer that was sent before a reload goes again with its key, a changed one with another", async () => {
  const over = sessionOver();
  const draft = { ...emptyDraft(), classes: ["Vessel"] };
  over.drafts.keep("a", { draft, revises: 0, activeS: 4.2, key: "sent" });
  over.drafts.keep("b", { draft, revises: 0, activeS: 4.2, key: "sent" });
  await open(over, "a");
  await over.session.save();
  await open(over, "b");
  over.session.change({ confidence: 2 });
  await over.session.save();
  assert.deepEqual(over.sent[0], { id: "a", key: "sent", body: over.sent[0]?.body });
  assert.equal(over.sent[0]?.body.active_s, 4.2);
  assert.notEqual(over.sent[1]?.key, "sent");
  assert.equal(over.drafts.read("a"), null);
});
