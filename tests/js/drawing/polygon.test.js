import assert from "node:assert/strict";
import { test } from "node:test";

import { polygonCells } from "../../../static/js/review/drawing/polygon.js";
import { planeOf } from "../../../static/js/review/viewer/geometry.js";
import { straight, turned } from "./lattices.js";

/** @typedef {[number, number, number]} Triple */
/** @typedef {import("../../../static/js/review/drawing/orientation.js").Lattice} Lattice */

/**
 * @param {Lattice} lattice
 * @param {number} plane
 * @param {number} slice
 * @param {[number, number][]} corners cells across and up
 * @returns {string[]} "across up", sorted
 */
function filled(lattice, plane, slice, corners) {
  const { across, up, depth } = planeOf(plane);
  const points = corners.map(([u, v]) => {
    /** @type {Triple} */
    const cell = [0, 0, 0];
    [cell[across], cell[up], cell[depth]] = [u, v, slice];
    return /** @type {Triple} */ (cell.map((value, axis) => (lattice.originMm[axis] ?? 0) + value * (lattice.voxelMm[axis] ?? 1)));
  });
  /** @type {string[]} */
  const found = [];
  polygonCells(lattice, planeOf(plane), slice, points, (...cell) => {
    assert.equal(cell[depth], slice);
    found.push(`${cell[across]} ${cell[up]}`);
  });
  assert.equal(new Set(found).size, found.length, "each cell once");
  return found.sort();
}

/**
 * Count the edges to the right of a point, the plain way.
 * @param {[number, number][]} corners
 * @param {number} u
 * @param {number} v
 */
function isInside(corners, u, v) {
  let inside = false;
  corners.forEach(([u1, v1], n) => {
    const [u2, v2] = corners[(n + 1) % corners.length] ?? [u1, v1];
    if (v1 > v !== v2 > v && u < u1 + ((v - v1) / (v2 - v1)) * (u2 - u1)) {
      inside = !inside;
    }
  });
  return inside;
}

test("cells are filled whose middles lie inside, on every plane and grid", () => {
  /** @type {[number, number][][]} */
  const shapes = [
    [[1.2, 1.3], [7.7, 2.1], [5.1, 8.4]],
    [[1.1, 1.2], [8.3, 1.6], [1.4, 7.7], [8.2, 8.1]],
    [[0.3, 0.4], [9.3, 0.7], [9.1, 9.2], [5.1, 3.3], [0.6, 8.8]],
  ];
  for (const lattice of [straight, turned]) {
    for (const plane of [0, 1, 2]) {
      const { across, up } = planeOf(plane);
      for (const corners of shapes) {
        const expected = [];
        for (let u = 0; u < lattice.dims[across]; u += 1) {
          for (let v = 0; v < lattice.dims[up]; v += 1) {
            if (isInside(corners, u, v)) {
              expected.push(`${u} ${v}`);
            }
          }
        }
        assert.ok(expected.length > 10);
        assert.deepEqual(filled(lattice, plane, 3, corners), expected.sort());
      }
    }
  }
});

test("a part that is gone round twice is outside", () => {
  const cells = filled(straight, 0, 2, [[0.5, 0.5], [8.5, 0.5], [8.5, 8.5], [0.5, 8.5], [0.5, 0.5], [2.5, 2.5], [6.5, 2.5], [6.5, 6.5], [2.5, 6.5], [2.5, 2.5]]);
  assert.ok(cells.includes("1 1") && cells.includes("7 4"));
  assert.ok(!cells.includes("4 4"));
});

test("two polygons with a common edge share no cell and leave none", () => {
  const left = filled(straight, 0, 2, [[0.5, 0.5], [4, 0.5], [5, 8.5], [0.5, 8.5]]);
  const right = filled(straight, 0, 2, [[8.5, 0.5], [4, 0.5], [5, 8.5], [8.5, 8.5]]);
  const whole = filled(straight, 0, 2, [[0.5, 0.5], [8.5, 0.5], [8.5, 8.5], [0.5, 8.5]]);
  assert.deepEqual([...left, ...right].sort(), whole);
});

test("what reaches beyond the crop is cut at its border", () => {
  const cells = filled(straight, 0, 2, [[-5, -5], [40, -5], [40, 40], [-5, 40]]);
  assert.equal(cells.length, straight.dims[0] * straight.dims[1]);
});

test("fewer than three corners fill nothing", () => {
  assert.deepEqual(filled(straight, 0, 2, [[1.2, 1.2], [6.1, 5.2]]), []);
  assert.deepEqual(filled(straight, 0, 2, []), []);
});
