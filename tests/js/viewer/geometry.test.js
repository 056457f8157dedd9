import assert from "node:assert/strict";
import { test } from "node:test";

import * as geometry from "../../../static/js/review/viewer/geometry.js";

/** @type {[number, number, number]} */
const centre = [10, -20, 30];
const view = { centre, extentMm: 60, radiological: false };
const mirrored = { ...view, radiological: true };

test("tiles fill the stage, the large plane first", () => {
  for (const large of [0, 1, 2]) {
    const tiles = geometry.layOut(901, 717, large);
    assert.equal(tiles[0]?.plane, large);
    assert.deepEqual(tiles.map((tile) => tile.plane).sort(), [0, 1, 2]);
    for (const tile of tiles.slice(1)) {
      assert.equal(tile.left + tile.width, 901);
    }
    assert.equal((tiles[2]?.top ?? 0) + (tiles[2]?.height ?? 0), 717);
  }
});

test("the patient's right is on the right, or on the left in the radiological convention", () => {
  const [axial, coronal, sagittal] = geometry.layOut(900, 700, 0);
  for (const tile of [axial, coronal]) {
    assert.ok(tile);
    const middle = tile.left + tile.width / 2;
    assert.ok((geometry.toPixel(tile, view, [11, -20, 30])[0] ?? 0) > middle);
    assert.ok((geometry.toPixel(tile, mirrored, [11, -20, 30])[0] ?? 0) < middle);
  }
  assert.ok(sagittal);
  const there = geometry.toPixel(sagittal, view, [10, -19, 30]);
  assert.deepEqual(there, geometry.toPixel(sagittal, mirrored, [10, -19, 30]));
});

test("the letters stand where the points go", () => {
  for (const [plane, one] of /** @type {const} */ ([[0, view], [1, view], [0, mirrored], [1, mirrored]])) {
    const letters = geometry.edgeLetters(plane, one.radiological);
    const tile = geometry.layOut(900, 700, plane)[0];
    assert.ok(tile);
    const x = geometry.toPixel(tile, one, [500, -20, 30])[0] ?? 0;
    assert.equal(x > 450 ? letters.right : letters.left, "R");
  }
  assert.deepEqual(geometry.edgeLetters(2, true), { left: "P", right: "A", top: "S", bottom: "I" });
  assert.deepEqual(geometry.edgeLetters(0, true), { left: "R", right: "L", top: "A", bottom: "P" });
});

test("up on the screen is anterior on the axial plane and superior on the others", () => {
  const tiles = geometry.layOut(900, 700, 0);
  assert.ok(tiles[0] && tiles[1] && tiles[2]);
  const up = (/** @type {geometry.Tile} */ tile, /** @type {[number, number, number]} */ point) =>
    (geometry.toPixel(tile, view, centre)[1] ?? 0) - (geometry.toPixel(tile, view, point)[1] ?? 0);
  assert.ok(up(tiles[0], [10, -19, 30]) > 0);
  assert.ok(up(tiles[1], [10, -20, 31]) > 0);
  assert.ok(up(tiles[2], [10, -20, 31]) > 0);
});

test("a pixel turns into a point and back, at the depth of another point", () => {
  for (const one of [view, mirrored]) {
    for (const tile of geometry.layOut(903, 701, 1)) {
      const point = geometry.toPoint(tile, one, [tile.left + 31, tile.top + 77], [1, 2, 3]);
      const back = geometry.toPixel(tile, one, point);
      assert.ok(Math.abs(back[0] - tile.left - 31) < 1e-9 && Math.abs(back[1] - tile.top - 77) < 1e-9);
      const { depth } = geometry.planeOf(tile.plane);
      assert.equal(point[depth], [1, 2, 3][depth]);
    }
  }
});

test("the longer side of a tile shows the view's extent, without distortion", () => {
  const tile = { plane: 0, left: 0, top: 0, width: 300, height: 600 };
  const field = geometry.fieldOf(tile, view);
  assert.equal(field.max[1] - field.min[1], 60);
  assert.equal(field.max[0] - field.min[0], 30);
});

test("a view is inside of a box until it looks past one of its sides", () => {
  const tiles = geometry.layOut(900, 700, 0);
  const min = /** @type {[number, number, number]} */ (centre.map((value) => value - 31));
  const max = /** @type {[number, number, number]} */ (centre.map((value) => value + 31));
  assert.ok(geometry.isInside(tiles, view, { min, max }));
  assert.ok(!geometry.isInside(tiles, { ...view, extentMm: 63 }, { min, max }));
});

test("the scale bar is the longest round length that fits", () => {
  assert.deepEqual(geometry.scaleBar(0.1, 120), { mm: 10, pixels: 100 });
  assert.deepEqual(geometry.scaleBar(0.5, 120), { mm: 50, pixels: 100 });
});
