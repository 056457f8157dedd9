/** Draw the empty slices between drawn ones: shape-based interpolation.
 *
 * Each drawn slice becomes its signed distances; those of a slice between two are weighted by how
 * near each is, and its shape is where they aren't positive (Raya and Udupa 1990,
 * doi:10.1109/42.52980; with exact distances instead of chamfer ones as Herman et al. 1992 ask for,
 * doi:10.1109/38.135915). Two shapes that lie apart give nothing between them.
 */

/** @import {Triple} from "../types.js" */
/** @import {Plane} from "../viewer/geometry.js" */
/** @import {Mask} from "./mask.js" */
/** @import {Box} from "./orientation.js" */

import { signedDistance } from "./distance.js";
import { forEach } from "./cells.js";
import { boundsOf, isIn, sliceBox } from "./slices.js";

/**
 * Fill the gaps between the drawn slices of a plane, as one step. What is drawn stays as it is.
 * @param {Mask} mask
 * @param {Plane} plane
 * @returns {number} slices that were drawn so
 */
export function interpolate(mask, plane) {
  const { lattice, voxels } = mask;
  const box = boundsOf(lattice, voxels);
  if (!box) {
    return 0;
  }
  let n = 0;
  mask.begin("interpolate");
  for (const [from, to] of gaps(mask, plane.depth, box)) {
    const [a, b] = [distances(mask, plane, box, from), distances(mask, plane, box, to)];
    for (let slice = from + 1; slice < to; slice += 1) {
      const share = (slice - from) / (to - from);
      if (draw(mask, plane, box, slice, (at) => (1 - share) * (a[at] ?? 0) + share * (b[at] ?? 0))) {
        n += 1;
      }
    }
  }
  mask.end();
  return n;
}

/**
 * List the pairs of drawn slices with nothing but empty ones between them.
 * @param {Mask} mask
 * @param {0 | 1 | 2} depth
 * @param {Box} box of the mask
 * @returns {[number, number][]}
 */
function gaps({ lattice, voxels }, depth, box) {
  /** @type {[number, number][]} */
  const found = [];
  let last = box.start[depth];
  for (let slice = last + 1; slice < box.stop[depth]; slice += 1) {
    if (boundsOf(lattice, voxels, sliceBox(lattice, depth, slice))) {
      if (slice - last > 1) {
        found.push([last, slice]);
      }
      last = slice;
    }
  }
  return found;
}

/**
 * Give the signed distances of a slice on the mask's box and one cell around it; what lies outside of
 * the crop is background.
 * @param {Mask} mask
 * @param {Plane} plane
 * @param {Box} box
 * @param {number} slice
 * @returns {Float64Array} row by row, mm
 */
function distances({ lattice, voxels }, { across, up, depth }, box, slice) {
  const width = box.stop[across] - box.start[across] + 2;
  const height = box.stop[up] - box.start[up] + 2;
  const inside = new Uint8Array(width * height);
  /** @type {Triple} */
  const cell = [0, 0, 0];
  cell[depth] = slice;
  for (let v = 1; v < height - 1; v += 1) {
    for (let u = 1; u < width - 1; u += 1) {
      cell[across] = box.start[across] + u - 1;
      cell[up] = box.start[up] + v - 1;
      inside[v * width + u] = isIn(lattice, voxels, cell) ? 1 : 0;
    }
  }
  return signedDistance({ inside, width, height, dx: lattice.voxelMm[across], dy: lattice.voxelMm[up] });
}

/**
 * Draw a slice where a value isn't positive.
 * @param {Mask} mask
 * @param {Plane} plane
 * @param {Box} box
 * @param {number} slice
 * @param {(at: number) => number} valueAt place in the box with its rim, row by row
 * @returns {boolean} whether any cell was drawn
 */
function draw(mask, { across, up, depth }, box, slice, valueAt) {
  const width = box.stop[across] - box.start[across] + 2;
  const on = { start: /** @type {Triple} */ ([...box.start]), stop: /** @type {Triple} */ ([...box.stop]) };
  on.start[depth] = slice;
  on.stop[depth] = slice + 1;
  let any = false;
  forEach(mask.lattice, on, (_place, ...cell) => {
    if (valueAt((cell[up] - box.start[up] + 1) * width + cell[across] - box.start[across] + 1) <= 0) {
      mask.put(...cell, 1);
      any = true;
    }
  });
  return any;
}
