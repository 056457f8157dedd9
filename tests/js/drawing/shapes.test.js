import assert from "node:assert/strict";
import { test } from "node:test";

import { signedDistance } from "../../../static/js/review/drawing/distance.js";
import { fillHoles } from "../../../static/js/review/drawing/holes.js";
import { interpolate } from "../../../static/js/review/drawing/interpolation.js";
import { Mask } from "../../../static/js/review/drawing/mask.js";
import { placeOf } from "../../../static/js/review/drawing/orientation.js";
import { boundsOf, copySlice, reachesBorder, sharesVoxel } from "../../../static/js/review/drawing/slices.js";
import { planeOf } from "../../../static/js/review/viewer/geometry.js";
import { straight, turned } from "./lattices.js";

/** @typedef {import("../../../static/js/review/drawing/orientation.js").Lattice} Lattice */

/**
 * @param {Lattice} lattice
 * @param {(x: number, y: number, z: number) => boolean} rule
 * @returns {Mask}
 */
function maskWhere(lattice, rule) {
  const voxels = new Uint8Array(lattice.n);
  const [w, h, d] = lattice.dims;
  for (let n = 0; n < w * h * d; n += 1) {
    const cell = /** @type {const} */ ([n % w, Math.floor(n / w) % h, Math.floor(n / w / h)]);
    voxels[placeOf(lattice, ...cell)] = rule(...cell) ? 1 : 0;
  }
  return new Mask(lattice, voxels);
}

/**
 * @param {Mask} mask
 * @param {number} x
 * @param {number} y
 * @param {number} z
 */
const has = (mask, x, y, z) => mask.voxels[placeOf(mask.lattice, x, y, z)] === 1;

test("distances equal those found cell by cell, with flat cells too", () => {
  const [width, height] = [9, 7];
  for (const [dx, dy] of /** @type {const} */ ([[1, 1], [0.5, 3], [2, 0.7]])) {
    const inside = Uint8Array.from({ length: width * height }, (_, n) => ((n * 7919) % 11 < 3 ? 1 : 0));
    const found = signedDistance({ inside, width, height, dx, dy });
    for (let n = 0; n < inside.length; n += 1) {
      const others = [...inside.keys()].filter((m) => inside[m] !== inside[n]);
      const nearest = Math.min(...others.map((m) =>
        Math.hypot(((m % width) - (n % width)) * dx, (Math.floor(m / width) - Math.floor(n / width)) * dy)));
      assert.ok(Math.abs((found[n] ?? 0) - (inside[n] ? -nearest : nearest)) < 1e-9);
    }
  }
});

test("a hole of one slice is filled there and nowhere else", () => {
  const ring = (/** @type {number} */ x, /** @type {number} */ y) => Math.max(Math.abs(x - 5), Math.abs(y - 5)) === 2;
  for (const lattice of [straight, turned]) {
    const mask = maskWhere(lattice, (x, y, z) => (z === 3 || z === 4) && ring(x, y));
    assert.ok(fillHoles(mask, { depth: 2, slice: 3 }));
    assert.ok(has(mask, 5, 5, 3) && has(mask, 4, 6, 3));
    assert.ok(!has(mask, 5, 5, 4) && !has(mask, 0, 0, 3));
    assert.equal(mask.n - mask.nOriginal, 9);
    assert.ok(!fillHoles(mask, { depth: 2, slice: 3 }), "there is none any more");
    assert.ok(!fillHoles(mask, null), "in three dimensions a ring is open");
  }
});

test("a ring that closes at corners alone holds its hole on a slice: 8 against 4", () => {
  const mask = maskWhere(straight, (x, y, z) => z === 3 && Math.abs(x - 5) + Math.abs(y - 5) === 1);
  assert.ok(fillHoles(mask, { depth: 2, slice: 3 }));
  assert.equal(mask.n, 5);
});

test("in three dimensions a shell that closes at corners holds its hole: 26 against 6", () => {
  const mask = maskWhere(straight, (x, y, z) => Math.abs(x - 5) + Math.abs(y - 5) + Math.abs(z - 4) === 1);
  assert.ok(fillHoles(mask, null));
  assert.equal(mask.n, 7);
  const open = maskWhere(straight, (x, y, z) => Math.abs(x - 5) + Math.abs(y - 5) + Math.abs(z - 4) === 1 && x < 6);
  assert.ok(!fillHoles(open, null));
});

test("an empty slice between two alike is drawn alike; what is drawn stays", () => {
  for (const lattice of [straight, turned]) {
    const disc = (/** @type {number} */ x, /** @type {number} */ y) => Math.hypot(x - 5, y - 5) <= 2;
    const mask = maskWhere(lattice, (x, y, z) => (z === 2 || z === 5) && disc(x, y));
    assert.equal(interpolate(mask, planeOf(0)), 2);
    for (const z of [2, 3, 4, 5]) {
      for (let x = 0; x < 10; x += 1) {
        assert.equal(has(mask, x, 5, z), disc(x, 5), `${x} ${z}`);
      }
    }
    assert.ok(!has(mask, 5, 5, 1) && !has(mask, 5, 5, 6));
    mask.undo();
    assert.equal(mask.n, mask.nOriginal);
  }
});

test("between a small and a large disc lies one of a size between, where their distances meet", () => {
  const mask = maskWhere(straight, (x, y, z) => (z === 2 && x === 5 && y === 5) || (z === 6 && Math.hypot(x - 5, y - 5) <= 4));
  assert.equal(interpolate(mask, planeOf(0)), 3);
  const size = (/** @type {number} */ z) => [...Array(12).keys()].filter((x) => has(mask, x, 5, z)).length;
  assert.deepEqual([2, 3, 4, 5, 6].map(size), [...[2, 3, 4, 5, 6].map(size)].sort((a, b) => a - b));
  assert.ok(size(4) > size(2) && size(4) < size(6));
  // At half way the weights are equal: a cell 2 to the side is 2 outside of one, and 3 inside of the other.
  assert.ok(has(mask, 7, 5, 4) && !has(mask, 9, 5, 4));
});

test("a shape that reaches the crop's border is interpolated there too", () => {
  const mask = maskWhere(straight, (x, y, z) => (z === 0 || z === 3) && x <= 3 && y >= 4 && y <= 6);
  assert.equal(interpolate(mask, planeOf(0)), 2);
  assert.ok(has(mask, 0, 5, 1) && has(mask, 3, 5, 2) && !has(mask, 4, 5, 1));
});

test("without an empty slice between drawn ones there is nothing to interpolate", () => {
  assert.equal(interpolate(maskWhere(straight, () => false), planeOf(0)), 0);
  assert.equal(interpolate(maskWhere(straight, (_x, _y, z) => z === 4), planeOf(0)), 0);
  assert.equal(interpolate(maskWhere(straight, (_x, _y, z) => z === 4 || z === 5), planeOf(0)), 0);
});

test("a slice is copied onto its neighbour, either way, and takes its place", () => {
  for (const by of [-1, 1]) {
    const mask = maskWhere(turned, (x, y, z) => (y === 4 && x === 3 && z < 3) || (y === 4 + by && x === 8 && z === 2));
    assert.ok(copySlice(mask, 1, 4, by));
    assert.ok(has(mask, 3, 4 + by, 1) && has(mask, 3, 4, 1) && !has(mask, 8, 4 + by, 2));
    assert.equal(mask.n, 6);
    assert.ok(!copySlice(mask, 1, 4, by), "it is the same already");
  }
  assert.ok(!copySlice(maskWhere(turned, () => true), 1, 0, -1), "there is no neighbour");
});

test("bounds and border are found", () => {
  const mask = maskWhere(turned, (x, y, z) => x === 3 && y > 2 && y < 5 && z === 7);
  assert.deepEqual(boundsOf(turned, mask.voxels), { start: [3, 3, 7], stop: [4, 5, 8] });
  assert.ok(!reachesBorder(turned, mask.voxels));
  assert.ok(reachesBorder(turned, maskWhere(turned, (x, y, z) => x === 3 && y === 4 && z === turned.dims[2] - 1).voxels));
  assert.equal(boundsOf(turned, new Uint8Array(turned.n)), null);
});

test("masks share a voxel or they don't", () => {
  const one = Uint8Array.from([0, 1, 1, 0]);
  assert.ok(sharesVoxel(one, Uint8Array.from([0, 0, 1, 1])));
  assert.ok(!sharesVoxel(one, Uint8Array.from([1, 0, 0, 1])));
  assert.ok(!sharesVoxel(new Uint8Array(4), one));
});
