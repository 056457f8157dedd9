/** Say which cells a stroke of a round brush covers.
 *
 * A cell belongs to a stroke where its middle lies within the brush's radius of the pointer's path,
 * or where the path itself goes through it: the smallest brush draws what the pointer touches. The
 * path between two moves is a straight line, so that a fast hand leaves no gap.
 */

/** @import {Triple} from "../types.js" */
/** @import {Lattice} from "./orientation.js" */

import { holds, toCells } from "./orientation.js";

/**
 * Visit the cells of a stroke from one point to another.
 * @param {Lattice} lattice
 * @param {object} stroke
 * @param {Readonly<Triple>} stroke.from mm, in the view's coordinates
 * @param {Readonly<Triple>} stroke.to
 * @param {number} stroke.radiusMm
 * @param {0 | 1 | 2 | null} stroke.depth the axis across the plane that is drawn in: a disc in the
 *   slice of `to`; null for a ball
 * @param {(x: number, y: number, z: number) => void} visit each cell once or more
 */
export function strokeCells(lattice, { from, to, radiusMm, depth }, visit) {
  const [a, b] = [toCells(lattice, from), toCells(lattice, to)];
  if (depth !== null) {
    a[depth] = b[depth] = Math.round(b[depth]);
  }
  const size = lattice.voxelMm;
  const [low, high] = reach(lattice, a, b, radiusMm, depth);
  const way = [0, 1, 2].map((axis) => ((b[axis] ?? 0) - (a[axis] ?? 0)) * (size[axis] ?? 1));
  const [wx = 0, wy = 0, wz = 0] = way;
  const length2 = wx * wx + wy * wy + wz * wz;
  const limit2 = radiusMm * radiusMm;
  for (let z = low[2]; z <= high[2]; z += 1) {
    const pz = (z - a[2]) * size[2];
    for (let y = low[1]; y <= high[1]; y += 1) {
      const py = (y - a[1]) * size[1];
      for (let x = low[0]; x <= high[0]; x += 1) {
        const px = (x - a[0]) * size[0];
        const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, (px * wx + py * wy + pz * wz) / length2));
        const [dx, dy, dz] = [px - t * wx, py - t * wy, pz - t * wz];
        if (dx * dx + dy * dy + dz * dz <= limit2) {
          visit(x, y, z);
        }
      }
    }
  }
  pathCells(lattice, a, b, visit);
}

/**
 * Visit the cells that a straight way goes through: one between each two sides that it crosses.
 * @param {Lattice} lattice
 * @param {Triple} a in cells
 * @param {Triple} b
 * @param {(x: number, y: number, z: number) => void} visit
 */
function pathCells(lattice, a, b, visit) {
  const crossings = [0, 1];
  for (const axis of /** @type {const} */ ([0, 1, 2])) {
    const [low, high] = [Math.min(a[axis], b[axis]), Math.max(a[axis], b[axis])];
    for (let side = Math.floor(low + 0.5) + 0.5; side < high; side += 1) {
      crossings.push((side - a[axis]) / (b[axis] - a[axis]));
    }
  }
  crossings.sort((one, other) => one - other);
  for (let n = 1; n < crossings.length; n += 1) {
    const t = ((crossings[n - 1] ?? 0) + (crossings[n] ?? 0)) / 2;
    /** @type {Triple} */
    const cell = [
      Math.round(a[0] + t * (b[0] - a[0])),
      Math.round(a[1] + t * (b[1] - a[1])),
      Math.round(a[2] + t * (b[2] - a[2])),
    ];
    if (holds(lattice, cell)) {
      visit(...cell);
    }
  }
}

/**
 * Give the first and last cells that a stroke can cover, within the lattice.
 * @param {Lattice} lattice
 * @param {Triple} a in cells
 * @param {Triple} b
 * @param {number} radiusMm
 * @param {0 | 1 | 2 | null} depth
 * @returns {[Triple, Triple]}
 */
function reach({ dims, voxelMm }, a, b, radiusMm, depth) {
  /** @type {Triple} */
  const low = [0, 0, 0];
  /** @type {Triple} */
  const high = [0, 0, 0];
  for (const axis of /** @type {const} */ ([0, 1, 2])) {
    const radius = axis === depth ? 0 : radiusMm / voxelMm[axis];
    low[axis] = Math.max(0, Math.ceil(Math.min(a[axis], b[axis]) - radius));
    high[axis] = Math.min(dims[axis] - 1, Math.floor(Math.max(a[axis], b[axis]) + radius));
  }
  return [low, high];
}
