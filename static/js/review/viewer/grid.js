/** Check that mask, crop and scan lie on one grid, and choose the window of an image. */

/** @import {Triple} from "../types.js" */

/** Largest difference between two affines of one grid, in mm: float32 headers, far below a voxel. */
export const AFFINE_TOLERANCE_MM = 1e-3;

/** Two volumes don't lie on one grid. */
export class GridError extends Error {}

/**
 * Check that a mask lies voxel on voxel on its image.
 * @param {{shape: readonly number[], affine: readonly (readonly number[])[]}} image
 * @param {{shape: readonly number[], affine: readonly (readonly number[])[]}} mask
 * @throws {GridError}
 */
export function checkSameGrid(image, mask) {
  if (image.shape.some((n, axis) => n !== mask.shape[axis])) {
    throw new GridError(`expected a mask of ${image.shape.join(" x ")} voxels, came ${mask.shape.join(" x ")}`);
  }
  const off = largestDifference(image.affine, mask.affine);
  if (!(off <= AFFINE_TOLERANCE_MM)) {
    throw new GridError(`the mask lies ${off} mm off its image`);
  }
}

/**
 * Check that a crop is the part of a scan that begins at voxel `offset`.
 * @param {readonly (readonly number[])[]} crop affine, voxel to RAS mm
 * @param {readonly (readonly number[])[]} scan affine
 * @param {Readonly<Triple>} offset
 * @throws {GridError}
 */
export function checkOffset(crop, scan, offset) {
  const moved = scan.map((row) =>
    row.map((value, column) =>
      column < 3 ? value : value + offset.reduce((sum, n, axis) => sum + n * (row[axis] ?? 0), 0),
    ),
  );
  const off = largestDifference(crop, moved);
  if (!(off <= AFFINE_TOLERANCE_MM)) {
    throw new GridError(`the crop lies ${off} mm off its scan`);
  }
}

/**
 * @param {readonly (readonly number[])[]} one
 * @param {readonly (readonly number[])[]} other
 * @returns {number}
 */
function largestDifference(one, other) {
  return Math.max(
    ...one.slice(0, 3).flatMap((row, i) => row.map((value, j) => Math.abs(value - (other[i]?.[j] ?? NaN)))),
  );
}
