/** Grids for tests: straight, turned, oblique and with flat voxels. */

import { latticeOf } from "../../../static/js/review/drawing/orientation.js";

/** @typedef {[number, number, number]} Triple */

/**
 * Give the affine of a grid: file axes onto world axes with signs, then turned by angles.
 * @param {[number, number, number]} order world axis of i, j, k
 * @param {[number, number, number]} sizes mm of i, j, k; negative runs against the world axis
 * @param {[number, number]} [angles] about the world's z and x, in radians
 * @param {[number, number, number]} [offset]
 * @returns {number[][]}
 */
export function affineOf(order, sizes, [about, tip] = [0, 0], offset = [3, -5, 8]) {
  const turn = [
    [Math.cos(about), -Math.sin(about) * Math.cos(tip), Math.sin(about) * Math.sin(tip)],
    [Math.sin(about), Math.cos(about) * Math.cos(tip), -Math.cos(about) * Math.sin(tip)],
    [0, Math.sin(tip), Math.cos(tip)],
  ];
  const rows = [0, 1, 2].map((row) => [
    ...[0, 1, 2].map((file) => (turn[row]?.[order[file] ?? 0] ?? 0) * (sizes[file] ?? 1)),
    offset[row] ?? 0,
  ]);
  return [...rows, [0, 0, 0, 1]];
}

/**
 * @param {readonly (readonly number[])[]} affine
 * @param {readonly number[]} ijk
 * @returns {Triple} RAS mm
 */
export function toRas(affine, ijk) {
  return /** @type {Triple} */ (
    [0, 1, 2].map((row) => (affine[row]?.[3] ?? 0) + ijk.reduce((sum, n, file) => sum + n * (affine[row]?.[file] ?? 0), 0))
  );
}

/** Cubes of 1 mm along RAS. */
export const straight = latticeOf([12, 11, 10], affineOf([0, 1, 2], [1, 1, 1]));
/** i to the back, j upwards, k to the left, voxels of 1 x 3 x .5 mm. */
export const turned = latticeOf([12, 11, 10], affineOf([1, 2, 0], [-1, 3, -0.5]));
