import assert from "node:assert/strict";
import { test } from "node:test";

import { checkOffset, checkSameGrid, GridError } from "../../../static/js/review/viewer/grid.js";

const affine = [
  [0, -2, 0, 10],
  [2, 0, 0, -4],
  [0, 0, 3, 7],
  [0, 0, 0, 1],
];

test("a mask must have its image's shape and lie on it", () => {
  const image = { shape: [4, 5, 6], affine };
  checkSameGrid(image, { shape: [4, 5, 6], affine: structuredClone(affine) });
  assert.throws(() => checkSameGrid(image, { shape: [4, 5, 7], affine }), GridError);
  const shifted = structuredClone(affine);
  /** @type {any} */ (shifted)[1][3] = -6;
  assert.throws(() => checkSameGrid(image, { shape: [4, 5, 6], affine: shifted }), /2 mm off/);
  /** @type {any} */ (shifted)[1][3] = NaN;
  assert.throws(() => checkSameGrid(image, { shape: [4, 5, 6], affine: shifted }), GridError);
});

test("a crop's affine is its scan's, moved by the offset along turned axes", () => {
  const crop = structuredClone(affine);
  // Voxel (3, 5, 1) lies at 10 - 2*5, -4 + 2*3, 7 + 3*1.
  /** @type {any} */ (crop)[0][3] = 0;
  /** @type {any} */ (crop)[1][3] = 2;
  /** @type {any} */ (crop)[2][3] = 10;
  checkOffset(crop, affine, [3, 5, 1]);
  assert.throws(() => checkOffset(crop, affine, [5, 3, 1]), GridError);
});
