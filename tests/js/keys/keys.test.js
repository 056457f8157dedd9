import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { commandFor, REASON_CODES } from "../../../static/js/review/keys/keys.js";

/** @param {string} code @param {object} [more] */
function press(code, more = {}) {
  const key = code.replace(/^(Key|Digit)/, "").toLowerCase();
  const event = { code, key, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...more };
  return commandFor(event, false);
}

test("digits choose classes, with Shift first, with Alt confidence", () => {
  assert.deepEqual(press("Digit3"), { name: "class", index: 2 });
  assert.deepEqual(press("Digit3", { shiftKey: true, key: "§" }), { name: "classFirst", index: 2 });
  assert.deepEqual(press("Digit5", { altKey: true, key: "∞" }), { name: "confidence", index: 4 });
});

test("digits count by their place: the unshifted top row of a French keyboard chooses classes", () => {
  assert.deepEqual(press("Digit2", { key: "é" }), { name: "class", index: 1 });
});

test("the number pad counts while it writes digits", () => {
  assert.deepEqual(press("Numpad7", { key: "7" }), { name: "class", index: 6 });
  assert.equal(press("Numpad7", { key: "Home" }), null);
});

test("every reason of the paper has a key that nothing else has", () => {
  const text = readFileSync(new URL("../../../lesions/questionnaire.json", import.meta.url), "utf8");
  const { options } = JSON.parse(text).reasons;
  assert.ok(options.length <= REASON_CODES.length);
  REASON_CODES.forEach((code, index) => assert.deepEqual(press(code), { name: "reason", index }));
  assert.equal(new Set(REASON_CODES).size, REASON_CODES.length);
});

test("ITK-SNAP's keys do what they do there", () => {
  assert.deepEqual(press("KeyS"), { name: "contour" });
  assert.deepEqual(press("KeyA"), { name: "opacity", by: -1 });
  assert.deepEqual(press("KeyD"), { name: "opacity", by: 1 });
  assert.deepEqual(press("KeyX"), { name: "crosshair" });
  assert.deepEqual(press("KeyC"), { name: "centre" });
  assert.deepEqual(press("KeyF", { ctrlKey: true }), { name: "fit" });
  assert.deepEqual(press("KeyJ", { metaKey: true }), { name: "contrast" });
  assert.deepEqual(press("ArrowLeft"), { name: "step", right: -1, up: 0 });
  assert.deepEqual(press("ArrowUp", { shiftKey: true }), { name: "step", right: 0, up: 5 });
  assert.deepEqual(press("PageDown", { shiftKey: true }), { name: "slice", by: -5 });
});

test("while typing only Escape and Control with Enter are ours", () => {
  const typing = { shiftKey: false, altKey: false, ctrlKey: false, metaKey: false };
  assert.equal(commandFor({ code: "Digit1", key: "1", ...typing }, true), null);
  assert.equal(commandFor({ code: "Enter", key: "Enter", ...typing }, true), null);
  assert.equal(commandFor({ code: "Backspace", key: "Backspace", ...typing }, true), null);
  assert.deepEqual(commandFor({ code: "Escape", key: "Escape", ...typing }, true), { name: "leave" });
  assert.deepEqual(commandFor({ code: "Enter", key: "Enter", ...typing, ctrlKey: true }, true), { name: "save" });
});

test("the browser keeps its own shortcuts", () => {
  for (const code of ["KeyT", "KeyW", "KeyR", "KeyC", "Digit1"]) {
    assert.equal(press(code, { ctrlKey: true }), null);
  }
  assert.equal(press("ArrowLeft", { altKey: true }), null);
  assert.equal(press("Tab"), null);
});

test("the question mark opens the card of keys wherever it stands", () => {
  assert.deepEqual(press("Minus", { key: "?", shiftKey: true }), { name: "help" });
});
