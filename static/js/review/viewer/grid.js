/** Place a crop and its mask in the whole scan by integer offsets, and refuse what doesn't fit. */

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
 * Put a small volume into an empty large one.
 * @param {Uint8Array} part voxels in file order, i fastest
 * @param {Readonly<Triple>} shape of the part
 * @param {Readonly<Triple>} offset of its first voxel
 * @param {Readonly<Triple>} whole shape of the large volume
 * @returns {Uint8Array}
 * @throws {GridError} the part reaches outside, or has another number of voxels
 */
export function paste(part, shape, offset, whole) {
  const [ni, nj, nk] = shape;
  const [wi, wj, wk] = whole;
  const [oi, oj, ok] = offset;
  if (part.length !== ni * nj * nk) {
    throw new GridError(`expected ${ni * nj * nk} voxels, came ${part.length}`);
  }
  if (oi < 0 || oj < 0 || ok < 0 || oi + ni > wi || oj + nj > wj || ok + nk > wk) {
    throw new GridError(`a part of ${shape.join(" x ")} at ${offset.join(", ")} reaches out of ${whole.join(" x ")}`);
  }
  const out = new Uint8Array(wi * wj * wk);
  for (let k = 0; k < nk; k += 1) {
    for (let j = 0; j < nj; j += 1) {
      const from = (k * nj + j) * ni;
      out.set(part.subarray(from, from + ni), ((ok + k) * wj + oj + j) * wi + oi);
    }
  }
  return out;
}

/**
 * Give the intensities between which a picture is shown: all but the darkest and brightest few.
 * Zero is left out, since scanners and skull stripping fill the background with it.
 * @param {ArrayLike<number>} voxels
 * @param {{low?: number, high?: number}} [shares]
 * @returns {[number, number]} in the voxels' own numbers; [0, 1] where nothing varies
 */
export function robustWindow(voxels, { low = 0.005, high = 0.995 } = {}) {
  const seen = Array.from(voxels).filter((value) => value !== 0 && Number.isFinite(value));
  const sorted = Float32Array.from(seen).sort();
  const at = (/** @type {number} */ share) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const bottom = at(low);
  const top = at(high);
  return top > bottom ? [bottom, top] : [bottom, bottom + 1];
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
