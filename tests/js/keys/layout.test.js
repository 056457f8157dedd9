import assert from "node:assert/strict";
import { test } from "node:test";

import { Layout } from "../../../static/js/review/keys/layout.js";

/** @type {[string, string][]} what a German keyboard tells */
const QWERTZ = [["KeyY", "z"], ["KeyZ", "y"], ["Minus", "ß"], ["Equal", "´"], ["BracketRight", "+"], ["Slash", "-"], ["Comma", ","], ["Digit6", "6"]];
/** @type {[string, string][]} */
const AZERTY = [["KeyQ", "a"], ["KeyA", "q"], ["KeyW", "z"], ["KeyM", ","], ["Minus", ")"], ["Equal", "="], ["Comma", ";"], ["Digit6", "-"]];
/** @type {[string, string][]} */
const SWISS = [["Minus", "'"], ["Equal", "^"], ["Slash", "-"], ["BracketLeft", "ü"]];

/** @param {[string, string][]} map */
function keyboard(map, options = {}) {
  const layout = new Layout(options);
  layout.take(map);
  return layout;
}

test("letters are shown as the rater's own keyboard has them", () => {
  assert.equal(keyboard(QWERTZ).label("KeyY"), "Z");
  assert.equal(keyboard(AZERTY).label("Shift+KeyQ"), "Shift + A");
  assert.equal(keyboard(AZERTY).label("Comma"), ";");
  assert.equal(new Layout().label("KeyY"), "Y");
});

test("with Ctrl the letter itself counts, and is shown", () => {
  assert.equal(keyboard(QWERTZ).label("Ctrl+KeyZ"), "Ctrl + Z");
  assert.equal(keyboard(QWERTZ, { mac: true }).label("Ctrl+Shift+KeyZ"), "Cmd + Shift + Z");
  assert.equal(keyboard(QWERTZ, { mac: true }).label("Alt+Digit1"), "Option + 1");
});

test("digits are shown as digits, also where they are written with Shift", () => {
  assert.equal(keyboard(AZERTY).label("Digit6"), "6");
});

test("plus and minus are shown where they can be had, else the key at their place", () => {
  assert.equal(keyboard(QWERTZ).label("Shift+Equal"), "+");
  assert.equal(keyboard(QWERTZ).label("Minus"), "-");
  assert.equal(keyboard(AZERTY).label("Shift+Equal"), "+");
  assert.equal(keyboard(AZERTY).label("Minus"), ")");
  assert.equal(keyboard(SWISS).label("Shift+Equal"), "Shift + ^");
  assert.equal(keyboard(SWISS).label("Shift+Slash"), "?");
});

test("keys without a letter have short names", () => {
  const layout = new Layout();
  assert.deepEqual(layout.parts("Shift+PageUp"), ["Shift", "PgUp"]);
  assert.deepEqual(layout.parts("ArrowLeft"), ["←"]);
  assert.deepEqual(layout.parts("Ctrl+Enter"), ["Ctrl", "Enter"]);
});

test("an untold layout is learned press by press", () => {
  const layout = new Layout();
  const plain = { shiftKey: false, altKey: false, ctrlKey: false, metaKey: false };
  assert.equal(layout.learn({ code: "KeyY", key: "z", ...plain }), true);
  assert.equal(layout.learn({ code: "KeyY", key: "Z", ...plain, shiftKey: true }), false);
  assert.equal(layout.learn({ code: "KeyQ", key: "@", ...plain, altKey: true }), false);
  assert.equal(layout.learn({ code: "Minus", key: "?", ...plain, shiftKey: true }), false);
  assert.equal(layout.learn({ code: "KeyA", key: "Dead", ...plain }), false);
  assert.equal(layout.label("KeyY"), "Z");
});
