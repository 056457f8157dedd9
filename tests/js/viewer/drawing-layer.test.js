import assert from "node:assert/strict";
import { test } from "node:test";

import { cornerOf, latticeOf, placeOf } from "../../../static/js/review/drawing/orientation.js";
import { DrawingLayer } from "../../../static/js/review/viewer/drawing-layer.js";
import { affineOf } from "../drawing/lattices.js";

/** A graphics card that holds one texture of bytes, as WebGL would. */
class Card {
  constructor() {
    /** @type {number[]} */
    this.dims = [];
    this.cells = new Uint8Array();
    this.sent = 0;
  }

  /** @param {unknown[]} args */
  texStorage3D(...args) {
    this.dims = /** @type {number[]} */ (args.slice(3));
    this.cells = new Uint8Array(this.dims.reduce((a, b) => a * b));
  }

  /** @param {any[]} args */
  texSubImage3D(...args) {
    const [, , x0, y0, z0, w, h, d, , , cells] = args;
    assert.equal(cells.length, w * h * d);
    this.sent += cells.length;
    for (let at = 0; at < cells.length; at += 1) {
      const [x, y, z] = [x0 + (at % w), y0 + (Math.floor(at / w) % h), z0 + Math.floor(at / w / h)];
      this.cells[x + (this.dims[0] ?? 0) * (y + (this.dims[1] ?? 0) * z)] = cells[at];
    }
  }
}

/** @param {Card} card */
function layerOn(card) {
  const gl = new Proxy(card, {
    get: (target, name) => {
      const own = Reflect.get(target, name);
      return typeof own === "function" ? own.bind(target) : () => null;
    },
  });
  return new DrawingLayer(/** @type {any} */ ({ gl, drawTexture: null }));
}

const affine = affineOf([1, 2, 0], [-1, 3, -0.5]);
const scan = latticeOf([9, 8, 7], affine);
const crop = latticeOf([5, 4, 3], affine);

test("a mask stands in the scan's texture where its voxels lie, and nothing around it", () => {
  const card = new Card();
  const layer = layerOn(card);
  const voxels = Uint8Array.from({ length: crop.n }, (_, place) => (place % 3 === 0 ? 1 : 0));
  layer.show(crop, voxels);
  assert.deepEqual(card.dims, crop.dims);
  const corner = cornerOf(scan, crop, [2, 1, 3]);
  layer.place(crop, scan.dims, corner);
  assert.equal(card.cells.reduce((a, b) => a + b), voxels.reduce((a, b) => a + b));
  for (let z = 0; z < crop.dims[2]; z += 1) {
    for (let y = 0; y < crop.dims[1]; y += 1) {
      for (let x = 0; x < crop.dims[0]; x += 1) {
        const there = x + corner[0] + scan.dims[0] * (y + corner[1] + scan.dims[1] * (z + corner[2]));
        assert.equal(card.cells[there], voxels[placeOf(crop, x, y, z)]);
      }
    }
  }
});

test("a stroke sends the cells of its box alone, whatever the scan's size", () => {
  const card = new Card();
  const layer = layerOn(card);
  const voxels = new Uint8Array(crop.n);
  layer.show(crop, voxels);
  layer.place(crop, scan.dims, cornerOf(scan, crop, [2, 1, 3]));
  const before = card.sent;
  voxels[placeOf(crop, 1, 2, 0)] = 1;
  layer.setMask(voxels, { start: [1, 1, 0], stop: [2, 3, 1] });
  assert.equal(card.sent - before, 2);
  assert.equal(card.cells.reduce((a, b) => a + b), 1);
});

test("the original stands beside the mask in bits of its own, until it is taken away", () => {
  const card = new Card();
  const layer = layerOn(card);
  const [voxels, original] = [new Uint8Array(crop.n), new Uint8Array(crop.n)];
  voxels[placeOf(crop, 0, 0, 0)] = 1;
  original[placeOf(crop, 0, 0, 0)] = 255;
  original[placeOf(crop, 1, 0, 0)] = 255;
  layer.show(crop, voxels);
  layer.setOriginal(original);
  assert.deepEqual([...card.cells.slice(0, 3)], [3, 2, 0]);
  layer.setOriginal(null);
  assert.deepEqual([...card.cells.slice(0, 3)], [1, 0, 0]);
  layer.setOriginal(original);
  layer.show(crop, voxels);
  assert.deepEqual([...card.cells.slice(0, 3)], [1, 0, 0], "the next ROI begins without one");
});
