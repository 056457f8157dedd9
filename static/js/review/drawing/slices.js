/** Slices of a mask: where they lie, which are drawn, and the copy of one to its neighbour. */

/** @import {Triple} from "../types.js" */
/** @import {Mask} from "./mask.js" */
/** @import {Box, Lattice} from "./orientation.js" */

import { forEach } from "./cells.js";
import { placeOf, wholeBox } from "./orientation.js";

/**
 * @param {Lattice} lattice
 * @param {0 | 1 | 2} depth axis across the slice
 * @param {number} slice
 * @returns {Box}
 */
export function sliceBox(lattice, depth, slice) {
  const box = wholeBox(lattice);
  box.start[depth] = slice;
  box.stop[depth] = slice + 1;
  return box;
}

/**
 * Give the smallest box that holds a mask, null where it is empty.
 * @param {Lattice} lattice
 * @param {Uint8Array} voxels
 * @param {Box} [within]
 * @returns {Box | null}
 */
export function boundsOf(lattice, voxels, within = wholeBox(lattice)) {
  /** @type {Triple} */
  const start = [Infinity, Infinity, Infinity];
  /** @type {Triple} */
  const stop = [0, 0, 0];
  forEach(lattice, within, (place, x, y, z) => {
    if (voxels[place]) {
      start[0] = Math.min(start[0], x);
      start[1] = Math.min(start[1], y);
      start[2] = Math.min(start[2], z);
      stop[0] = Math.max(stop[0], x + 1);
      stop[1] = Math.max(stop[1], y + 1);
      stop[2] = Math.max(stop[2], z + 1);
    }
  });
  return stop[0] === 0 ? null : { start, stop };
}

/**
 * Put a slice in the place of the one beside it, as one step.
 * @param {Mask} mask
 * @param {0 | 1 | 2} depth
 * @param {number} slice
 * @param {number} by 1: to the next, -1: to the one before
 * @returns {boolean} whether that changed anything
 */
export function copySlice(mask, depth, slice, by) {
  const { lattice } = mask;
  const to = slice + by;
  if (slice < 0 || to < 0 || Math.max(slice, to) >= lattice.dims[depth]) {
    return false;
  }
  mask.begin("copySlice");
  forEach(lattice, sliceBox(lattice, depth, slice), (place, ...cell) => {
    cell[depth] = to;
    mask.put(...cell, mask.voxels[place] ? 1 : 0);
  });
  return mask.end();
}

/**
 * Say whether a mask reaches the border of the part of the scan that can be drawn on.
 * @param {Lattice} lattice
 * @param {Uint8Array} voxels
 * @returns {boolean}
 */
export function reachesBorder(lattice, voxels) {
  return /** @type {const} */ ([0, 1, 2]).some((axis) =>
    [0, lattice.dims[axis] - 1].some((slice) => boundsOf(lattice, voxels, sliceBox(lattice, axis, slice)) !== null),
  );
}

/**
 * Say whether a cell belongs to a mask; outside of the lattice none does.
 * @param {Lattice} lattice
 * @param {Uint8Array} voxels
 * @param {Triple} cell
 * @returns {boolean}
 */
export function isIn(lattice, voxels, cell) {
  return voxels[placeOf(lattice, ...cell)] === 1;
}

/**
 * Say whether two masks of one grid share a voxel.
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 * @returns {boolean}
 */
export function sharesVoxel(one, other) {
  for (let place = one.indexOf(1); place >= 0; place = one.indexOf(1, place + 1)) {
    if (other[place]) {
      return true;
    }
  }
  return false;
}
