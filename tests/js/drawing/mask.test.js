import assert from "node:assert/strict";
import { test } from "node:test";

import { LEAST_STEPS, MOST_BYTES } from "../../../static/js/review/drawing/history.js";
import { Mask } from "../../../static/js/review/drawing/mask.js";
import { latticeOf } from "../../../static/js/review/drawing/orientation.js";
import { affineOf, turned } from "./lattices.js";

/** A generator of numbers that is the same each time. */
function random() {
  let state = 12345;
  return (/** @type {number} */ n) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state % n;
  };
}

/** @param {Mask} mask */
const counted = (mask) => mask.voxels.reduce((sum, value) => sum + value, 0);

test("every state comes back by undo and by redo, whatever made it", () => {
  const next = random();
  const mask = new Mask(turned, Uint8Array.from({ length: turned.n }, () => (next(5) === 0 ? 1 : 0)));
  const states = [mask.voxels.slice()];
  for (let step = 0; step < 70; step += 1) {
    const before = mask.voxels.slice();
    if (step % 20 === 7) {
      mask.replace("clearMask", new Uint8Array(turned.n));
    } else if (step % 20 === 13) {
      mask.replace("resetMask", mask.original);
    } else {
      mask.begin("brush");
      for (let n = 0; n < 30; n += 1) {
        mask.put(next(turned.dims[0]), next(turned.dims[1]), next(turned.dims[2]), next(2) ? 1 : 0);
      }
      mask.end();
    }
    if (mask.voxels.some((value, at) => value !== before[at])) {
      states.push(mask.voxels.slice());
    }
  }
  assert.ok(states.length > 60);
  for (let at = states.length - 2; at >= 0; at -= 1) {
    assert.ok(mask.undo());
    assert.deepEqual(mask.voxels, states[at]);
    assert.equal(mask.n, counted(mask));
  }
  assert.ok(!mask.undo());
  for (let at = 1; at < states.length; at += 1) {
    assert.ok(mask.redo());
    assert.deepEqual(mask.voxels, states[at]);
    assert.equal(mask.n, counted(mask));
  }
  assert.ok(!mask.redo());
});

test("a new step takes the place of what was undone", () => {
  const mask = new Mask(turned, new Uint8Array(turned.n));
  for (const x of [1, 2, 3]) {
    mask.begin("brush");
    mask.put(x, 0, 0, 1);
    mask.end();
  }
  mask.undo();
  mask.undo();
  mask.begin("polygon");
  mask.put(5, 0, 0, 1);
  mask.end();
  assert.ok(!mask.redo());
  assert.equal(mask.n, 2);
  assert.deepEqual(mask.history.tools(), ["brush", "polygon"]);
});

test("a step that changes nothing is no step", () => {
  const mask = new Mask(turned, new Uint8Array(turned.n));
  mask.begin("brush");
  mask.put(1, 1, 1, 1);
  mask.put(1, 1, 1, 0);
  assert.ok(!mask.end());
  assert.ok(!mask.replace("clearMask", new Uint8Array(turned.n)));
  assert.ok(!mask.undo());
});

test("a step that is broken off leaves no trace, and is told as changed", () => {
  const mask = new Mask(turned, new Uint8Array(turned.n));
  mask.begin("brush");
  mask.put(2, 3, 4, 1);
  mask.takeChanged();
  mask.cancel();
  assert.deepEqual(mask.takeChanged(), { start: [2, 3, 4], stop: [3, 4, 5] });
  assert.equal(mask.n, 0);
  assert.ok(!mask.undo());
});

test("what changed is told once, as the box that holds it", () => {
  const mask = new Mask(turned, new Uint8Array(turned.n));
  mask.begin("brush");
  mask.put(2, 3, 4, 1);
  mask.put(5, 1, 4, 1);
  assert.deepEqual(mask.takeChanged(), { start: [2, 1, 4], stop: [6, 4, 5] });
  assert.equal(mask.takeChanged(), null);
  mask.end();
  mask.undo();
  assert.deepEqual(mask.takeChanged(), { start: [2, 1, 4], stop: [6, 4, 5] });
});

test("memory of steps is bounded, and at least a hundred stay", () => {
  const lattice = latticeOf([128, 128, 128], affineOf([0, 1, 2], [0.5, 0.5, 0.5]));
  const mask = new Mask(lattice, new Uint8Array(lattice.n));
  const full = new Uint8Array(lattice.n).fill(1);
  for (let step = 0; step < 2 * LEAST_STEPS; step += 1) {
    mask.history.push({ tool: "clearMask", box: { start: [0, 0, 0], stop: [128, 128, 128] }, bits: new Uint8Array(full.length / 8) });
  }
  assert.ok(mask.history.bytes <= MOST_BYTES);
  assert.ok(mask.history.past.length >= LEAST_STEPS);
  assert.deepEqual(mask.history.tools(), ["clearMask"]);
});

test("a mask goes on from what was drawn before, and knows when it is the original again", () => {
  const original = new Uint8Array(turned.n);
  original[7] = 255;
  const voxels = new Uint8Array(turned.n);
  voxels[8] = 1;
  const mask = new Mask(turned, original, { voxels, tools: ["eraser"] });
  assert.deepEqual([mask.n, mask.nOriginal], [1, 1]);
  assert.ok(!mask.isOriginal());
  assert.deepEqual(mask.history.tools(), ["eraser"]);
  mask.replace("resetMask", mask.original);
  assert.ok(mask.isOriginal());
  mask.undo();
  assert.deepEqual(mask.voxels, voxels);
});

test("a mask of another size is refused", () => {
  assert.throws(() => new Mask(turned, new Uint8Array(7)), /expected 1320 voxels, came 7/);
});
