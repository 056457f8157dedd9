import assert from "node:assert/strict";
import { test } from "node:test";

import { contrastOf, dragged, withEnd } from "../../../static/js/review/viewer/window.js";
import { Windows } from "../../../static/js/review/viewer/windows.js";

test("black and white leave out the background and a few extremes", () => {
  const voxels = [...Array(1000).fill(0), ...Array.from({ length: 1000 }, (_, n) => n + 1), 30000];
  const { wide, narrow, limits } = contrastOf(Int16Array.from(voxels));
  assert.ok(wide[0] >= 1 && wide[0] <= 10 && wide[1] >= 990 && wide[1] <= 1000);
  assert.ok(narrow[0] > wide[0] && narrow[1] < wide[1]);
  assert.deepEqual(limits, [1, 30000]);
});

test("the window is that of sorted voxels, negative ones too", () => {
  const voxels = Int16Array.from({ length: 5000 }, (_, n) => ((n * 7919) % 4001) - 2000);
  const sorted = voxels.filter((value) => value !== 0).sort();
  const at = (/** @type {number} */ share) => sorted[Math.round(share * (sorted.length - 1))];
  assert.deepEqual(contrastOf(voxels).wide, [at(0.005), at(0.995)]);
});

test("an image without contrast still gets a window", () => {
  assert.deepEqual(contrastOf(Int16Array.from([5, 5, 5])).wide, [5, 6]);
  assert.deepEqual(contrastOf(new Int16Array(0)).wide, [0, 1]);
});

test("dragging to the right widens the window, dragging down darkens the picture", () => {
  const limits = /** @type {[number, number]} */ ([0, 1000]);
  assert.deepEqual(dragged([400, 600], 50, 0, limits), [350, 650]);
  assert.deepEqual(dragged([400, 600], 0, 50, limits), [500, 700]);
});

test("a window never turns inside out, nor leaves the image's intensities", () => {
  const limits = /** @type {[number, number]} */ ([0, 1000]);
  const [low, high] = dragged([400, 600], -5000, -5000, limits);
  assert.ok(high > low && low > -10 && high < 10);
  assert.deepEqual(withEnd([400, 600], 0, 700, limits), [700, 702]);
  assert.deepEqual(withEnd([400, 600], 1, 300, limits), [298, 300]);
});

test("a scan keeps its window, also through a reload, and another account has its own", () => {
  /** @type {Map<string, string>} */
  const kept = new Map();
  const storage = {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
  };
  const windows = new Windows(storage, "1");
  windows.offer("scan", [10, 20]);
  windows.offer("scan", [30, 40]);
  assert.deepEqual(windows.of("scan"), [10, 20]);
  windows.choose("scan", [12, 15]);
  assert.deepEqual(new Windows(storage, "1").of("scan"), [12, 15]);
  assert.deepEqual(new Windows(storage, "2").of("scan"), [0, 1]);
  windows.reset("scan");
  assert.deepEqual(windows.of("scan"), [10, 20]);
});

test("what lies broken in the storage is left alone", () => {
  for (const text of ["{", "7", '[["scan", [5, "x"]]]', '[["scan", [9, 3]]]']) {
    assert.deepEqual(new Windows({ getItem: () => text, setItem: () => undefined }, "1").of("scan"), [0, 1]);
  }
});
