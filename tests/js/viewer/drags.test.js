import assert from "node:assert/strict";
import { test } from "node:test";

import { Drag, actionOf } from "../../../static/js/review/viewer/drags.js";
import { Fingers } from "../../../static/js/review/viewer/fingers.js";

const tile = { plane: 0, left: 0, top: 0, width: 400, height: 400 };

/** A stage that writes down what it is asked for. */
function stageWith(/** @type {any} */ tool = null) {
  /** @type {any[]} */
  const done = [];
  const note = (/** @type {string} */ name) => (/** @type {any[]} */ ...words) => done.push([name, ...words.slice(1)]);
  const stage = {
    tool,
    pick: note("pick"),
    pan: note("pan"),
    slice: note("slice"),
    zoomAt: note("zoomAt"),
    windowTool: penTool(),
    zoom: (/** @type {number} */ factor) => done.push(["zoom", factor]),
    at: (/** @type {any} */ _tile, /** @type {any} */ pixel) => ({ tile, pixel, point: [0, 0, 0] }),
  };
  return { stage: /** @type {any} */ (stage), done };
}

function penTool() {
  /** @type {any[]} */
  const done = [];
  const note = (/** @type {string} */ name) => (/** @type {any} */ at) => done.push([name, ...(at?.pixel ?? [])]);
  return { done, down: note("down"), move: note("move"), up: note("up"), cancel: note("cancel") };
}

const press = (/** @type {object} */ more = {}) =>
  /** @type {any} */ ({ pointerId: 1, button: 0, buttons: 1, altKey: false, shiftKey: false, ...more });

test("the left button and the pen's tip are the tool's, the others keep what they do", () => {
  const tool = /** @type {any} */ (penTool());
  assert.equal(actionOf(press(), null), "pick");
  assert.equal(actionOf(press(), tool), "tool");
  assert.equal(actionOf(press({ button: 5 }), tool), "tool");
  assert.equal(actionOf(press({ button: 2 }), tool), "zoom");
  assert.equal(actionOf(press({ button: 2, shiftKey: true }), tool), "window");
  assert.equal(actionOf(press({ button: 1 }), tool), "pan");
  assert.equal(actionOf(press({ altKey: true }), tool), "pan");
});

test("a drag goes on with the tool it began with, and ends or is cancelled once", () => {
  const tool = penTool();
  const { stage, done } = stageWith(tool);
  const drag = new Drag(stage, tile, [10, 10], press());
  stage.tool = null;
  drag.move([12, 15], press());
  drag.end([13, 15], press({ buttons: 0 }));
  new Drag(stage, tile, [10, 10], press({ button: 2, buttons: 2 })).cancel();
  assert.deepEqual(tool.done, [["down", 10, 10], ["move", 12, 15], ["up", 13, 15]]);
  assert.deepEqual(done, []);
});

test("a second button does not hide that the first was let go", () => {
  const { stage } = stageWith();
  const drag = new Drag(stage, tile, [10, 10], press());
  assert.ok(drag.isHeld(press({ buttons: 3 })));
  assert.ok(!drag.isHeld(press({ buttons: 2 })));
});

test("a finger that taps is told apart from one that moves the picture", () => {
  const { stage, done } = stageWith();
  const fingers = new Fingers(stage);
  fingers.press(1, [100, 100], tile);
  fingers.move(1, [103, 102]);
  assert.deepEqual(fingers.lift(1), [103, 102]);
  fingers.press(1, [100, 100], tile);
  fingers.move(1, [120, 100]);
  fingers.move(1, [125, 90]);
  assert.equal(fingers.lift(1), null);
  assert.deepEqual(done, [["pan", 20, 0], ["pan", 5, -10]]);
});

test("two fingers side by side go through the slices, each step once", () => {
  const { stage, done } = stageWith();
  const fingers = new Fingers(stage);
  fingers.press(1, [100, 200], tile);
  fingers.press(2, [160, 200], tile);
  for (let y = 198; y >= 150; y -= 2) {
    fingers.move(1, [100, y]);
    fingers.move(2, [160, y]);
  }
  assert.ok(done.every(([name, by]) => name === "slice" && by === 1));
  assert.equal(done.length, 3);
  assert.equal(fingers.lift(1), null);
  fingers.move(2, [160, 20]);
  assert.equal(fingers.lift(2), null);
  assert.equal(done.length, 3);
});

test("two fingers that go apart zoom by as much", () => {
  const { stage, done } = stageWith();
  const fingers = new Fingers(stage);
  fingers.press(1, [180, 200], tile);
  fingers.press(2, [220, 200], tile);
  for (let step = 1; step <= 20; step += 1) {
    fingers.move(1, [180 - step * 2, 200]);
    fingers.move(2, [220 + step * 2, 200]);
  }
  const factor = done.filter(([name]) => name === "zoomAt").reduce((all, [, , by]) => all * by, 1);
  assert.ok(Math.abs(factor - 3) < 1e-9, `${factor}`);
  assert.ok(!done.some(([name]) => name === "slice"));
});

test("what the pen took from a finger stays taken", () => {
  const { stage, done } = stageWith();
  const fingers = new Fingers(stage);
  fingers.press(1, [100, 100], tile);
  fingers.cancel();
  fingers.move(1, [200, 200]);
  assert.equal(fingers.lift(1), null);
  assert.deepEqual(done, []);
});
