import assert from "node:assert/strict";
import { test } from "node:test";

import { Frame } from "../../../static/js/review/viewer/frame.js";
import { toFile } from "../../../static/js/review/viewer/image-layer.js";

/** A volume of 3 x 4 x 5 voxels of 2 mm whose i runs to the front, j to the left, k upwards; value = place. */
const turned = /** @type {any} */ ({
  hdr: { dims: [3, 3, 4, 5] },
  img: Int16Array.from({ length: 60 }, (_, n) => n),
  permRAS: [-2, 1, 3],
  dimsRAS: [3, 4, 3, 5],
  pixDimsRAS: [1, 2, 2, 2],
  extentsMinOrtho: [-4, -3, 0],
  extentsMaxOrtho: [4, 3, 10],
  // columns: 8 mm of right, 6 mm of anterior, 10 mm of superior, then the corner
  frac2mm: [8, 0, 0, 0, 0, 6, 0, 0, 0, 0, 10, 0, -4, -3, 0, 1],
});

test("a point gives the voxel of the file that holds it, and its value", () => {
  const frame = new Frame(turned);
  // Furthest left, back and down: i = 0, j = 3 (it runs to the left), k = 0.
  assert.deepEqual(frame.voxelAt([-3.9, -2.9, 0.1]), [0, 3, 0]);
  assert.equal(frame.valueAt([-3.9, -2.9, 0.1]), 9);
  assert.deepEqual(frame.voxelAt([3.9, -2.9, 0.1]), [0, 0, 0]);
  assert.deepEqual(frame.voxelAt([3.9, 2.9, 9.9]), [2, 0, 4]);
  assert.equal(frame.valueAt([3.9, 2.9, 9.9]), 2 + 4 * 12);
});

test("beyond the volume there is neither voxel nor value", () => {
  const frame = new Frame(turned);
  for (const point of /** @type {[number, number, number][]} */ ([[4.1, 0, 5], [0, -3.1, 5], [0, 0, 10]])) {
    assert.equal(frame.voxelAt(point), null);
    assert.equal(frame.valueAt(point), null);
  }
});

test("the shader's matrix turns voxels of the view into voxels of the file", () => {
  const matrix = toFile(turned);
  const turn = (/** @type {number[]} */ ras) =>
    [0, 1, 2].map((row) => ras.reduce((sum, n, axis) => sum + n * matrix[axis * 4 + row], matrix[12 + row]));
  assert.deepEqual(turn([0, 0, 0]), [0, 3, 0]);
  assert.deepEqual(turn([3, 2, 4]), [2, 0, 4]);
});

test("a distance is that of the world, on a sheared grid too", () => {
  const straight = new Frame(turned);
  assert.equal(straight.distance([-3, -2, 1], [0, 2, 1]), 5);
  const frac2mm = [...turned.frac2mm];
  frac2mm[4] = 3; // going to the front goes to the right as well
  const sheared = new Frame({ ...turned, frac2mm });
  assert.ok(Math.abs(sheared.distance([0, -3, 0], [0, 3, 0]) - Math.hypot(3, 6)) < 1e-12);
});
