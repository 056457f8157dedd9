import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { cornerOf, holds, join, latticeOf, placeOf, toCells } from "../../../static/js/review/drawing/orientation.js";
import { affineOf, toRas } from "./lattices.js";

/** @typedef {[number, number, number]} Triple */

/** The vendored NiiVue, without a page. */
const text = readFileSync(new URL("../../../static/vendor/niivue/niivue.umd.js", import.meta.url), "utf8");
/** @type {{exports: any}} */
const module = { exports: {} };
new Function("exports", "module", "window", "document", text)(module.exports, module, globalThis, {});
const { NVImage } = module.exports;

/** Four geometries of each of the 48 ways in which axes can lie. @type {number[][][]} */
const AFFINES = [];
for (const order of /** @type {Triple[]} */ ([[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])) {
  for (let signs = 0; signs < 8; signs += 1) {
    const sizes = /** @type {Triple} */ ([1, 0.5, 3].map((mm, n) => ((signs >> n) & 1 ? -mm : mm)));
    for (const angles of /** @type {[number, number][]} */ ([[0, 0], [0.3, 0], [0.2, -0.4], [-0.6, 0.5]])) {
      AFFINES.push(affineOf(order, sizes, angles));
    }
  }
}
/** @type {Triple} */
const SHAPE = [5, 4, 3];

/**
 * Encode a NIfTI-1 file of uint8 zeros.
 * @param {number[][]} affine
 * @returns {ArrayBuffer}
 */
function nifti(affine) {
  const bytes = new ArrayBuffer(352 + 60);
  const view = new DataView(bytes);
  view.setInt32(0, 348, true);
  [3, ...SHAPE, 1, 1, 1, 1].forEach((n, at) => view.setInt16(40 + 2 * at, n, true));
  view.setInt16(70, 2, true);
  view.setInt16(72, 8, true);
  [1, 0, 1, 2].forEach((file, at) =>
    view.setFloat32(76 + 4 * at, at === 0 ? 1 : Math.hypot(...affine.slice(0, 3).map((row) => row[file] ?? 0)), true));
  view.setFloat32(108, 352, true);
  view.setInt16(254, 2, true);
  affine.slice(0, 3).flat().forEach((value, at) => view.setFloat32(280 + 4 * at, value, true));
  view.setUint32(344, 0x6e2b3100, false);
  return bytes;
}

test("cells lie as NiiVue lays them, however the file's axes lie", async () => {
  for (const affine of AFFINES) {
    const image = await NVImage.new(nifti(affine), "v.nii", "gray", 1, null, NaN, NaN);
    const lattice = latticeOf(SHAPE, affine);
    assert.deepEqual(lattice.dims, image.dimsRAS.slice(1, 4));
    assert.deepEqual(lattice.steps, image.img2RASstep);
    assert.equal(lattice.start, image.img2RASstart.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b));
    for (const axis of /** @type {const} */ ([0, 1, 2])) {
      const corner = lattice.originMm[axis] - lattice.voxelMm[axis] / 2;
      assert.ok(Math.abs(corner - image.extentsMinOrtho[axis]) < 1e-4, `${corner} ${image.extentsMinOrtho}`);
      assert.ok(Math.abs(lattice.voxelMm[axis] - image.pixDimsRAS[axis + 1]) < 1e-6);
    }
  }
});

test("a cell's place holds the voxel that the affine puts there", () => {
  const straight = AFFINES.filter((_, n) => n % 4 === 0);
  assert.equal(straight.length, 48);
  for (const affine of straight) {
    const lattice = latticeOf(SHAPE, affine);
    for (let place = 0; place < 60; place += 1) {
      const ijk = [place % 5, Math.floor(place / 5) % 4, Math.floor(place / 20)];
      // Where a scan lies straight the view's coordinates are the world's.
      const cell = toCells(lattice, toRas(affine, ijk));
      const [x, y, z] = /** @type {Triple} */ (cell.map(Math.round));
      assert.ok(Math.hypot(cell[0] - x, cell[1] - y, cell[2] - z) < 1e-9);
      assert.equal(placeOf(lattice, x, y, z), place);
    }
  }
});

test("a part of a scan lies in it where its offset says", () => {
  for (const affine of AFFINES) {
    const whole = latticeOf([9, 8, 7], affine);
    const offset = /** @type {Triple} */ ([2, 1, 3]);
    const moved = affine.map((row, r) => (r < 3 ? [...row.slice(0, 3), toRas(affine, offset)[r] ?? 0] : row));
    const part = latticeOf(SHAPE, moved);
    const corner = cornerOf(whole, part, offset);
    const cell = toCells(whole, part.originMm);
    assert.ok(Math.hypot(cell[0] - corner[0], cell[1] - corner[1], cell[2] - corner[2]) < 1e-9);
    const place = placeOf(whole, ...corner);
    const ijk = [place % 9, Math.floor(place / 9) % 8, Math.floor(place / 72)];
    const first = part.start;
    assert.deepEqual(ijk, [first % 5, Math.floor(first / 5) % 4, Math.floor(first / 20)].map((n, axis) => n + (offset[axis] ?? 0)));
  }
});

test("a voxel's volume is the size of the determinant", () => {
  for (const affine of AFFINES) {
    assert.ok(Math.abs(latticeOf(SHAPE, affine).voxelMm3 - 1.5) < 1e-12);
  }
});

test("cells outside are told apart, and boxes join", () => {
  const lattice = latticeOf(SHAPE, affineOf([0, 1, 2], [1, 1, 1]));
  assert.ok(holds(lattice, [4, 3, 2]) && holds(lattice, [0, 0, 0]));
  assert.ok(!holds(lattice, [5, 0, 0]) && !holds(lattice, [0, -1, 0]));
  const box = { start: /** @type {Triple} */ ([1, 2, 3]), stop: /** @type {Triple} */ ([2, 3, 4]) };
  assert.deepEqual(join(box, { start: [0, 2, 3], stop: [1, 5, 4] }), { start: [0, 2, 3], stop: [2, 5, 4] });
  assert.deepEqual(join(null, box), box);
  assert.equal(join(null, null), null);
});
