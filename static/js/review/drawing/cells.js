/** Go through the cells of a box, turn them over, and let a box grow by a cell. */

/** @import {Box, Lattice} from "./orientation.js" */

import { placeOf } from "./orientation.js";

/**
 * Visit the cells of a box, the first axis fastest.
 * @param {Lattice} lattice
 * @param {Box} box
 * @param {(place: number, x: number, y: number, z: number) => void} visit
 */
export function forEach(lattice, { start, stop }, visit) {
  for (let z = start[2]; z < stop[2]; z += 1) {
    for (let y = start[1]; y < stop[1]; y += 1) {
      let place = placeOf(lattice, start[0], y, z);
      for (let x = start[0]; x < stop[0]; x += 1, place += lattice.steps[0]) {
        visit(place, x, y, z);
      }
    }
  }
}

/**
 * Let a box hold one more cell; its own numbers are changed, since strokes call this for each cell.
 * @param {Box | null} box
 * @param {number} x
 * @param {number} y
 * @param {number} z
 * @returns {Box}
 */
export function grow(box, x, y, z) {
  if (box === null) {
    return { start: [x, y, z], stop: [x + 1, y + 1, z + 1] };
  }
  const { start, stop } = box;
  start[0] = Math.min(start[0], x);
  start[1] = Math.min(start[1], y);
  start[2] = Math.min(start[2], z);
  stop[0] = Math.max(stop[0], x + 1);
  stop[1] = Math.max(stop[1], y + 1);
  stop[2] = Math.max(stop[2], z + 1);
  return box;
}

/**
 * Turn cells of a mask over.
 * @param {Lattice} lattice
 * @param {Box} box
 * @param {Uint8Array} bits one a cell of the box: 1 turns it over
 * @param {Uint8Array} voxels 0 and 1
 * @returns {number} by how many the mask grew
 */
export function turnOver(lattice, box, bits, voxels) {
  let at = 0;
  let grown = 0;
  forEach(lattice, box, (place) => {
    if ((bits[at >> 3] ?? 0) & (1 << (at & 7))) {
      const value = voxels[place] ? 0 : 1;
      voxels[place] = value;
      grown += value ? 1 : -1;
    }
    at += 1;
  });
  return grown;
}
