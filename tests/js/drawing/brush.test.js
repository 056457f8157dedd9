import assert from "node:assert/strict";
import { test } from "node:test";

import { strokeCells } from "../../../static/js/review/drawing/brush.js";
import { straight, turned } from "./lattices.js";

/** @typedef {[number, number, number]} Triple */
/** @typedef {import("../../../static/js/review/drawing/orientation.js").Lattice} Lattice */

/**
 * @param {Lattice} lattice
 * @param {Triple} cell may lie between cells
 * @returns {Triple} mm
 */
const at = (lattice, cell) =>
  /** @type {Triple} */ (cell.map((value, axis) => (lattice.originMm[axis] ?? 0) + value * (lattice.voxelMm[axis] ?? 1)));

/**
 * @param {Lattice} lattice
 * @param {Parameters<typeof strokeCells>[1]} stroke
 */
function cellsOf(lattice, stroke) {
  const found = new Set();
  strokeCells(lattice, stroke, (x, y, z) => found.add(`${x} ${y} ${z}`));
  return found;
}

/**
 * List the cells within a radius of a point, one by one.
 * @param {Lattice} lattice
 * @param {Triple} centre cell
 * @param {number} radiusMm
 * @param {number | null} depth
 */
function expected(lattice, centre, radiusMm, depth) {
  const found = new Set();
  for (let x = 0; x < lattice.dims[0]; x += 1) {
    for (let y = 0; y < lattice.dims[1]; y += 1) {
      for (let z = 0; z < lattice.dims[2]; z += 1) {
        const mm = [x, y, z].map((value, axis) => (value - (centre[axis] ?? 0)) * (lattice.voxelMm[axis] ?? 1));
        const onSlice = depth === null || [x, y, z][depth] === centre[depth];
        if (onSlice && Math.hypot(...mm) <= radiusMm) {
          found.add(`${x} ${y} ${z}`);
        }
      }
    }
  }
  return found;
}

test("a disc holds the cells whose middles lie within its radius in mm, on its slice alone", () => {
  for (const lattice of [straight, turned]) {
    for (const depth of /** @type {const} */ ([0, 1, 2])) {
      for (const radiusMm of [1, 1.5, 2.49, 4]) {
        /** @type {Triple} */
        const centre = [5, 4, 4];
        const point = at(lattice, centre);
        const cells = cellsOf(lattice, { from: point, to: point, radiusMm, depth });
        assert.deepEqual([...cells].sort(), [...expected(lattice, centre, radiusMm, depth)].sort());
      }
    }
  }
});

test("a ball is round in mm, not in voxels", () => {
  const centre = /** @type {Triple} */ ([5, 5, 5]);
  const point = at(turned, centre);
  const cells = cellsOf(turned, { from: point, to: point, radiusMm: 2, depth: null });
  assert.deepEqual([...cells].sort(), [...expected(turned, centre, 2, null)].sort());
  const reach = (/** @type {number} */ axis) =>
    Math.max(...[...cells].map((cell) => Math.abs(Number(cell.split(" ")[axis]) - 5) * (turned.voxelMm[axis] ?? 1)));
  assert.deepEqual(turned.voxelMm, [0.5, 1, 3]);
  assert.deepEqual([0, 1, 2].map(reach), [2, 2, 0]);
});

test("the smallest brush draws the cell under the pointer", () => {
  const point = at(straight, [5.4, 4.4, 4]);
  assert.deepEqual([...cellsOf(straight, { from: point, to: point, radiusMm: 0.2, depth: 2 })], ["5 4 4"]);
});

test("a stroke leaves no gap between two moves, however far apart", () => {
  for (const lattice of [straight, turned]) {
    for (const radiusMm of [0.1, 1.5]) {
      const stroke = { from: at(lattice, [0, 1, 2]), to: at(lattice, [9, 8, 2]), radiusMm, depth: /** @type {2} */ (2) };
      const cells = cellsOf(lattice, stroke);
      for (let step = 0; step <= 1000; step += 1) {
        const way = step / 1000;
        const cell = [0 + 9 * way, 1 + 7 * way, 2];
        assert.ok(cells.has(cell.map(Math.round).join(" ")), String(cell));
      }
    }
  }
});

test("a stroke is as wide at its middle as at its ends", () => {
  const cells = cellsOf(straight, { from: at(straight, [2, 5, 4]), to: at(straight, [9, 5, 4]), radiusMm: 2, depth: 2 });
  for (let x = 2; x <= 9; x += 1) {
    const rows = [...cells].filter((cell) => cell.startsWith(`${x} `)).length;
    assert.equal(rows, 5, `column ${x}`);
  }
});

test("what lies outside of the crop is left out", () => {
  const point = at(straight, [-0.4, 5, 4]);
  const cells = cellsOf(straight, { from: point, to: at(straight, [-30, 5, 4]), radiusMm: 1, depth: 2 });
  assert.deepEqual([...cells].sort(), ["0 5 4"]);
  assert.equal(cellsOf(straight, { from: at(straight, [-9, 5, 4]), to: at(straight, [-9, 8, 4]), radiusMm: 2, depth: 2 }).size, 0);
  assert.equal(cellsOf(straight, { from: at(straight, [5, 5, -3]), to: at(straight, [5, 5, -3]), radiusMm: 8, depth: 2 }).size, 0);
});
