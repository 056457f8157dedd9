import assert from "node:assert/strict";
import { test } from "node:test";

import { chordOf } from "../../../static/js/review/keys/chords.js";

/** @param {string} code @param {string} key @param {object} [more] */
function chord(code, key, more = {}) {
  return chordOf({ code, key, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...more });
}

/** @param {string} name */
const down = (name) => ({ getModifierState: (/** @type {string} */ one) => one === name });

test("a key counts by its place, whatever it writes there", () => {
  assert.equal(chord("KeyQ", "a"), "KeyQ"); // AZERTY
  assert.equal(chord("KeyY", "z"), "KeyY"); // QWERTZ
  assert.equal(chord("Digit2", "é"), "Digit2");
  assert.equal(chord("KeyS", "ы"), "KeyS");
});

test("modifiers stand before the key, always in one order", () => {
  assert.equal(chord("ArrowUp", "ArrowUp", { shiftKey: true, altKey: true }), "Alt+Shift+ArrowUp");
  assert.equal(chord("KeyZ", "Z", { shiftKey: true, ctrlKey: true }), "Ctrl+Shift+KeyZ");
  assert.equal(chord("Digit5", "∞", { altKey: true }), "Alt+Digit5");
});

test("Cmd is Ctrl", () => {
  assert.equal(chord("KeyJ", "j", { metaKey: true }), "Ctrl+KeyJ");
});

test("with Ctrl a letter counts by what it writes, as in every other program", () => {
  assert.equal(chord("KeyY", "z", { ctrlKey: true }), "Ctrl+KeyZ"); // QWERTZ: undo is where Z is
  assert.equal(chord("KeyW", "z", { ctrlKey: true }), "Ctrl+KeyZ"); // AZERTY
  assert.equal(chord("KeyZ", "w", { ctrlKey: true }), "Ctrl+KeyW");
  assert.equal(chord("KeyZ", "я", { ctrlKey: true }), "Ctrl+KeyZ"); // no Latin letters: by place
});

test("AltGr writes a character and asks for nothing", () => {
  assert.equal(chord("KeyQ", "@", { ctrlKey: true, altKey: true, ...down("AltGraph") }), null); // Windows
  assert.equal(chord("KeyQ", "@", down("AltGraph")), null); // Linux
  assert.equal(chord("Digit7", "{", { ctrlKey: true, altKey: true }), null);
});

test("the Option key of a Mac is Alt, also where Firefox calls it AltGraph", () => {
  assert.equal(chord("Digit3", "#", { altKey: true, ...down("AltGraph") }), "Alt+Digit3");
});

test("a dead key counts by its place", () => {
  assert.equal(chord("Backquote", "Dead"), "Backquote");
  assert.equal(chord("BracketLeft", "Dead"), "BracketLeft");
});

test("what an input method takes is not ours", () => {
  assert.equal(chord("KeyN", "n", { isComposing: true }), null);
  assert.equal(chord("KeyN", "Process"), null);
  assert.equal(chord("KeyN", "n", { keyCode: 229 }), null);
});

test("the number pad writes digits with NumLock, and goes without", () => {
  assert.equal(chord("Numpad7", "7"), "Digit7");
  assert.equal(chord("Numpad7", "7", { altKey: true }), "Alt+Digit7");
  assert.equal(chord("Numpad8", "ArrowUp"), "ArrowUp");
  assert.equal(chord("Numpad3", "PageDown"), "PageDown");
  assert.equal(chord("Numpad5", "Clear"), null);
  assert.equal(chord("NumpadEnter", "Enter"), "Enter");
  assert.equal(chord("NumpadDecimal", "Delete"), "Delete");
});

test("plus, minus, equals and the question mark count wherever they are", () => {
  assert.equal(chord("Equal", "+", { shiftKey: true }), "Shift+Equal"); // US
  assert.equal(chord("BracketRight", "+"), "Shift+Equal"); // QWERTZ
  assert.equal(chord("Minus", "+"), "Shift+Equal"); // Swedish
  assert.equal(chord("NumpadAdd", "+"), "Shift+Equal");
  assert.equal(chord("Slash", "-"), "Minus"); // QWERTZ
  assert.equal(chord("NumpadSubtract", "-"), "Minus");
  assert.equal(chord("Digit0", "=", { shiftKey: true }), "Equal"); // QWERTZ
  assert.equal(chord("KeyM", "?", { shiftKey: true }), "Shift+Slash"); // AZERTY
});

test("the digits 1 to 9 stay classes, also where they write signs", () => {
  assert.equal(chord("Digit6", "-"), "Digit6"); // AZERTY
  assert.equal(chord("Digit1", "+", { shiftKey: true }), "Shift+Digit1"); // Swiss
  assert.equal(chord("Digit6", "?", { shiftKey: true }), "Shift+Digit6"); // Canadian French
});

test("a modifier alone is no chord", () => {
  assert.equal(chord("ShiftLeft", "Shift", { shiftKey: true }), null);
  assert.equal(chord("ControlRight", "Control", { ctrlKey: true }), null);
  assert.equal(chord("CapsLock", "CapsLock"), null);
});

test("keys on a screen have no place and count by what they write", () => {
  assert.equal(chord("", "s"), "KeyS");
  assert.equal(chord("", "4"), "Digit4");
  assert.equal(chord("", "Enter"), "Enter");
  assert.equal(chord("", "Unidentified"), null);
});
