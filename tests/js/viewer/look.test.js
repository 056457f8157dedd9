import assert from "node:assert/strict";
import { test } from "node:test";

import { Display } from "../../../static/js/review/viewer/display.js";
import { nextLayout, readLayout, tilesOf } from "../../../static/js/review/viewer/layouts.js";
import { Measure } from "../../../static/js/review/viewer/measure.js";
import { ViewMemory } from "../../../static/js/review/viewer/view-memory.js";

/** @import {Layout} from "../../../static/js/review/viewer/layouts.js" */

test("the layouts go round: each plane large, all alike, the plane in use alone", () => {
  /** @type {Layout} */
  let layout = { kind: "large", plane: 0 };
  const seen = [];
  for (let n = 0; n < 5; n += 1) {
    layout = nextLayout(layout, 1);
    seen.push(`${layout.kind} ${layout.plane}`);
  }
  assert.deepEqual(seen, ["large 1", "large 2", "equal 1", "single 1", "large 0"]);
});

test("the planes of a layout never cover each other nor leave the stage", () => {
  for (const [width, height] of /** @type {[number, number][]} */ ([[907, 701], [1600, 700], [600, 900]])) {
    for (const kind of /** @type {Layout["kind"][]} */ (["large", "equal", "single"])) {
      const tiles = tilesOf(width, height, { kind, plane: 2 });
      assert.equal(tiles.length, kind === "single" ? 1 : 3);
      for (const tile of tiles) {
        assert.ok(tile.left >= 0 && tile.top >= 0 && tile.width > 0 && tile.height > 0);
        assert.ok(tile.left + tile.width <= width && tile.top + tile.height <= height);
        for (const other of tiles.filter((one) => one !== tile)) {
          assert.ok(
            tile.left >= other.left + other.width || other.left >= tile.left + tile.width ||
              tile.top >= other.top + other.height || other.top >= tile.top + tile.height,
          );
        }
      }
    }
  }
});

test("a layout that was kept wrongly is the first one", () => {
  for (const kept of [null, 7, { kind: "round", plane: 0 }, { kind: "large", plane: 5 }]) {
    assert.deepEqual(readLayout(kept), { kind: "large", plane: 0 });
  }
  assert.deepEqual(readLayout({ kind: "equal", plane: 2 }), { kind: "equal", plane: 2 });
});

test("the mask goes from outline to fill, both, off, and comes back as it was", () => {
  const display = new Display();
  assert.deepEqual(display.opacity(), { rim: 1, fill: 0 });
  const seen = ["contour"];
  for (let n = 0; n < 4; n += 1) {
    display.cycle();
    seen.push(display.mode);
  }
  assert.deepEqual(seen, ["contour", "fill", "both", "off", "contour"]);
  display.cycle();
  display.toggle();
  assert.deepEqual(display.opacity(), { rim: 0, fill: 0 });
  display.toggle();
  assert.equal(display.mode, "fill");
});

test("a strongest outline gets a fill, and loses it again", () => {
  const display = new Display();
  display.strengthen(1);
  assert.equal(display.mode, "both");
  display.strengthen(-1);
  assert.deepEqual(display.opacity(), { rim: 1, fill: 0 });
  display.strengthen(-1);
  assert.ok(display.opacity().rim < 1);
});

/** A stage whose world is twice as large across as its view. */
function stretched() {
  const distance = (/** @type {number[]} */ a, /** @type {number[]} */ b) =>
    Math.hypot(2 * ((a[0] ?? 0) - (b[0] ?? 0)), (a[1] ?? 0) - (b[1] ?? 0));
  return /** @type {any} */ ({ viewer: { frame: { distance, voxel: [1, 1, 3] } }, redraw: () => undefined });
}
const tile = { plane: 0, left: 0, top: 0, width: 100, height: 100 };
const at = (/** @type {number} */ x, /** @type {number} */ y, depth = 5) =>
  /** @type {any} */ ({ tile, pixel: [x * 10, y * 10], point: [x, y, depth] });

test("a line is measured in the world, by a drag or by two clicks", () => {
  const measure = new Measure(stretched());
  measure.down(at(0, 0));
  measure.move(at(1, 1));
  measure.up(at(1.5, 4));
  assert.deepEqual(measure.lines.map((line) => line.mm), [5]);
  measure.down(at(0, 0));
  measure.up(at(0, 0));
  measure.hover(at(1, 0));
  measure.down(at(2, 3));
  measure.up(at(2, 3));
  assert.deepEqual(measure.lines.map((line) => line.mm), [5, 5]);
});

test("a line shows on its slice alone, and lines go one by one", () => {
  const measure = new Measure(stretched());
  for (const depth of [5, 8]) {
    measure.down(at(0, 0, depth));
    measure.up(at(3, 0, depth));
  }
  assert.equal(measure.on(0, 2, [0, 0, 5]).length, 1);
  assert.equal(measure.on(0, 2, [0, 0, 20]).length, 0);
  assert.equal(measure.on(1, 1, [0, 0, 5]).length, 0);
  measure.remove();
  assert.deepEqual(measure.lines.map((line) => line.from[2]), [5]);
});

test("a look is given back as it was kept, and nothing that is broken", () => {
  /** @type {Map<string, string>} */
  const kept = new Map();
  const memory = new ViewMemory(
    { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    "1",
  );
  const look = { point: /** @type {[number, number, number]} */ ([1, 2, 3]), centre: /** @type {[number, number, number]} */ ([4, 5, 6]), extentMm: 40, fitted: false };
  memory.keep("a", look);
  assert.deepEqual(memory.look("a"), look);
  assert.equal(memory.look("b"), null);
  memory.write("b", { point: [1, 2], centre: [1, 2, 3], extentMm: 4 });
  assert.equal(memory.look("b"), null);
});
