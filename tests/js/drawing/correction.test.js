import assert from "node:assert/strict";
import { test } from "node:test";

import { answerOf, draftOf, emptyDraft, sameAnswer } from "../../../static/js/review/answer/answer.js";
import { correctionOf, isEmptyByChance, maskOf, sameMask } from "../../../static/js/review/drawing/correction.js";
import { rangeOf, rangeOfMask, withEnd } from "../../../static/js/review/drawing/intensities.js";
import { LastMasks } from "../../../static/js/review/drawing/last-masks.js";
import { sizeAfter, SIZES_MM } from "../../../static/js/review/drawing/sizes.js";
import { turned } from "./lattices.js";

const original = new Uint8Array(turned.n);
original.fill(1, 40, 44);

test("a mask that is as it was shown is no correction, one that differs is", () => {
  const mask = maskOf(turned, original, null);
  assert.equal(correctionOf(mask), null);
  mask.begin("brush");
  mask.put(3, 3, 3, 1);
  mask.end();
  const kept = correctionOf(mask);
  assert.ok(kept);
  assert.deepEqual(kept.tools, ["brush"]);
  assert.equal(kept.runs.filter((_, n) => n % 2 === 1).reduce((a, b) => a + b), 5);
  mask.undo();
  assert.equal(correctionOf(mask), null);
});

test("a mask goes on from its draft, as JSON keeps it", () => {
  const mask = maskOf(turned, original, null);
  mask.begin("polygon");
  mask.put(3, 3, 3, 1);
  mask.end();
  const kept = JSON.parse(JSON.stringify(correctionOf(mask)));
  const again = maskOf(turned, original, kept);
  assert.deepEqual(again.voxels, mask.voxels);
  assert.ok(sameMask(correctionOf(again), kept));
  assert.ok(!sameMask(kept, null));
  assert.throws(() => maskOf(turned, original, { ...kept, runs: [turned.n, 1] }), /came 1320, 1/);
});

test("an empty mask is asked about until it is confirmed, and anew once it is redrawn", () => {
  const mask = maskOf(turned, original, null);
  mask.replace("clearMask", new Uint8Array(turned.n));
  const kept = correctionOf(mask);
  assert.ok(kept && isEmptyByChance(kept));
  assert.ok(!isEmptyByChance({ ...kept, confirmed: ["empty"] }));
  assert.ok(!isEmptyByChance(null));
  mask.undo();
  mask.redo();
  assert.deepEqual(correctionOf(mask)?.confirmed, []);
});

test("a redrawn mask is sent with Yes alone, and stays in the draft with No", () => {
  const correction = { runs: [1, 2], tools: ["brush"], confirmed: [] };
  const yes = { ...emptyDraft(), needsCorrection: true, correction };
  const no = { ...yes, needsCorrection: false };
  assert.deepEqual(answerOf(yes).correction, correction);
  assert.ok(!("correction" in answerOf(no)));
  assert.deepEqual(no.correction, correction);
  assert.ok(!sameAnswer(yes, { ...yes, correction: null }));
  assert.ok(sameAnswer(no, { ...no, correction: null }));
});

test("what the server adds to a redrawn mask does not make another answer of it", () => {
  const correction = { runs: [1, 2], tools: ["brush"], confirmed: [] };
  const draft = draftOf(/** @type {any} */ ({
    classes: [], reasons: [], confidence: 1, needs_correction: true, comment: "",
    correction: { ...correction, n_voxels: 2, volume_mm3: 3 },
  }));
  assert.deepEqual(draft.correction, correction);
});

test("the range is that of the original's voxels, and its ends never cross", () => {
  const values = Int16Array.from({ length: turned.n }, (_, n) => n * 10);
  assert.deepEqual(rangeOfMask(values, original), [400, 430]);
  assert.equal(rangeOfMask(values, new Uint8Array(turned.n)), null);
  assert.deepEqual(rangeOf([5, NaN, 3], [0, 1, 2]), [3, 5]);
  assert.deepEqual(withEnd([3, 5], 0, 8), [8, 8]);
  assert.deepEqual(withEnd([3, 5], 1, 1), [1, 1]);
  assert.deepEqual(withEnd([3, 5], 0, 4), [4, 5]);
});

test("sizes go up and down and stop at their ends", () => {
  assert.equal(sizeAfter(3, 1), 3.5);
  assert.equal(sizeAfter(3, -1), 2.5);
  assert.equal(sizeAfter(0.5, -1), 0.5);
  assert.equal(sizeAfter(32, 5), 32);
  assert.deepEqual(SIZES_MM, [...SIZES_MM].sort((a, b) => a - b));
});

test("the last masks stay with their steps, unless the draft keeps another", () => {
  const masks = new LastMasks();
  const mask = maskOf(turned, original, null);
  mask.begin("brush");
  mask.put(3, 3, 3, 1);
  mask.end();
  masks.keep("a", mask);
  assert.equal(masks.get("a", correctionOf(mask)), mask);
  assert.equal(masks.get("a", null), null);
  assert.equal(masks.get("b", correctionOf(mask)), null);
  for (const id of ["b", "c", "d", "e"]) {
    masks.keep(id, maskOf(turned, original, null));
  }
  assert.equal(masks.get("a", correctionOf(mask)), null, "the longest unused goes");
  assert.ok(masks.get("e", null));
});
