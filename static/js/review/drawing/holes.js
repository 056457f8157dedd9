/** Fill the holes of a mask.
 *
 * A hole is background that can't be left without crossing the mask. Lesions are 26-connected, so
 * background is 6-connected; on a slice that is 8 and 4 (Rosenfeld 1970, doi:10.1145/321556.321570).
 */

/** @import {Triple} from "../types.js" */
/** @import {Mask} from "./mask.js" */
/** @import {Box, Lattice} from "./orientation.js" */

import { forEach } from "./cells.js";
import { placeOf, wholeBox } from "./orientation.js";
import { boundsOf, sliceBox } from "./slices.js";

/**
 * Fill the holes of one slice, or of the whole mask, as one step. The crop's border is outside.
 * @param {Mask} mask
 * @param {{depth: 0 | 1 | 2, slice: number} | null} on the slice; null for all three dimensions
 * @returns {boolean} whether there was a hole
 */
export function fillHoles(mask, on) {
  const { lattice, voxels } = mask;
  const box = boundsOf(lattice, voxels, on ? sliceBox(lattice, on.depth, on.slice) : wholeBox(lattice));
  mask.begin("fillHoles");
  if (box) {
    const outside = outsideOf(lattice, voxels, box, /** @type {const} */ ([0, 1, 2]).filter((axis) => axis !== on?.depth));
    forEach(lattice, box, (place, x, y, z) => {
      if (!outside[place]) {
        mask.put(x, y, z, 1);
      }
    });
  }
  return mask.end();
}

/**
 * Flood the background of a box from its sides.
 * @param {Lattice} lattice
 * @param {Uint8Array} voxels
 * @param {Box} box around the mask: what lies beyond it is background
 * @param {readonly (0 | 1 | 2)[]} axes along which background is connected
 * @returns {Uint8Array} 1 for background that reaches a side, in file order
 */
function outsideOf(lattice, voxels, box, axes) {
  const outside = new Uint8Array(voxels.length);
  /** @type {Triple[]} */
  const waiting = [];
  const reach = (/** @type {Triple} */ cell) => {
    const place = placeOf(lattice, ...cell);
    if (!voxels[place] && !outside[place]) {
      outside[place] = 1;
      waiting.push(cell);
    }
  };
  forEach(lattice, box, (_place, ...cell) => {
    if (axes.some((axis) => cell[axis] === box.start[axis] || cell[axis] === box.stop[axis] - 1)) {
      reach(cell);
    }
  });
  for (let cell = waiting.pop(); cell !== undefined; cell = waiting.pop()) {
    for (const axis of axes) {
      for (const by of [-1, 1]) {
        /** @type {Triple} */
        const next = [...cell];
        next[axis] += by;
        if (next[axis] >= box.start[axis] && next[axis] < box.stop[axis]) {
          reach(next);
        }
      }
    }
  }
  return outside;
}
