/** Fill a polygon or a freehand line on one slice: even-odd, decided at the middle of each cell. */

/** @import {Triple} from "../types.js" */
/** @import {Lattice} from "./orientation.js" */
/** @import {Plane} from "../viewer/geometry.js" */

import { toCells } from "./orientation.js";

/**
 * Visit the cells whose middles lie inside. A middle on an edge belongs to the polygon at its right
 * or above it, so that two polygons with a common edge share no cell and leave none.
 * @param {Lattice} lattice
 * @param {Plane} plane
 * @param {number} slice
 * @param {readonly Readonly<Triple>[]} corners mm, in the view's coordinates; the last joins the first
 * @param {(x: number, y: number, z: number) => void} visit
 */
export function polygonCells(lattice, { across, up, depth }, slice, corners, visit) {
  const flat = corners.map((corner) => {
    const cell = toCells(lattice, corner);
    return { u: cell[across], v: cell[up] };
  });
  const heights = flat.map(({ v }) => v);
  const first = Math.max(0, Math.ceil(Math.min(...heights)));
  const last = Math.min(lattice.dims[up] - 1, Math.floor(Math.max(...heights)));
  /** @type {Triple} */
  const cell = [0, 0, 0];
  cell[depth] = slice;
  for (let v = first; v <= last; v += 1) {
    cell[up] = v;
    const crossings = crossingsAt(flat, v);
    for (let n = 0; n + 1 < crossings.length; n += 2) {
      const from = Math.max(0, Math.ceil(crossings[n] ?? 0));
      const stop = Math.min(lattice.dims[across], Math.ceil(crossings[n + 1] ?? 0));
      for (cell[across] = from; cell[across] < stop; cell[across] += 1) {
        visit(...cell);
      }
    }
  }
}

/**
 * Give where a row of cells crosses the polygon's edges, from left to right.
 * @param {readonly {u: number, v: number}[]} corners
 * @param {number} v
 * @returns {number[]}
 */
function crossingsAt(corners, v) {
  /** @type {number[]} */
  const found = [];
  corners.forEach((one, n) => {
    const other = corners[(n + 1) % corners.length] ?? one;
    if (one.v <= v !== other.v <= v) {
      // From the lower end, whichever way the edge is drawn: neighbours round alike.
      const [low, high] = one.v < other.v ? [one, other] : [other, one];
      found.push(low.u + ((v - low.v) * (high.u - low.u)) / (high.v - low.v));
    }
  });
  return found.sort((a, b) => a - b);
}
