import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Bindings } from "../../../static/js/review/keys/bindings.js";
import { swapped, withChord, withoutChange, withoutChord, withProfile } from "../../../static/js/review/keys/key-changes.js";
import { commandOf, repeats } from "../../../static/js/review/keys/keys.js";
import { boundKeys, chordProblem, DEFAULT_KEYS, problemOf, tableOf } from "../../../static/js/review/keys/profiles.js";
import { ALL } from "./profiles-file.js";

/** @param {string} chord @param {string} [profile] */
function command(chord, profile = "itk-snap") {
  const action = tableOf(ALL, { profile, changes: {} }).get(chord);
  return action ? commandOf(action.name) : null;
}

/** @param {import("../../../static/js/review/keys/profiles.js").Keys} keys */
function isSound(keys) {
  const chords = [...boundKeys(ALL, keys).values()].flat();
  return new Set(chords).size === chords.length;
}

test("ITK-SNAP's keys do what they do there", () => {
  assert.deepEqual(command("KeyS"), { name: "contour" });
  assert.deepEqual(command("KeyA"), { name: "opacity", by: -1 });
  assert.deepEqual(command("KeyD"), { name: "opacity", by: 1 });
  assert.deepEqual(command("KeyX"), { name: "crosshair" });
  assert.deepEqual(command("KeyC"), { name: "centre" });
  assert.deepEqual(command("Ctrl+KeyF"), { name: "fit" });
  assert.deepEqual(command("Ctrl+KeyJ"), { name: "contrast" });
  assert.deepEqual(command("ArrowLeft"), { name: "step", right: -1, up: 0 });
  assert.deepEqual(command("Shift+ArrowUp"), { name: "step", right: 0, up: 5 });
  assert.deepEqual(command("Shift+PageDown"), { name: "slice", by: -5 });
  assert.deepEqual(command("Shift+Equal"), { name: "brushSize", by: 1 });
  assert.deepEqual(command("Ctrl+KeyZ"), { name: "undo" });
});

test("OHIF's keys do what they do there", () => {
  assert.deepEqual(command("Shift+Equal", "ohif"), { name: "zoom", by: 1 });
  assert.deepEqual(command("ArrowDown", "ohif"), { name: "slice", by: -1 });
  assert.deepEqual(command("Space", "ohif"), { name: "centre" });
  assert.deepEqual(command("BracketLeft", "ohif"), { name: "brushSize", by: -1 });
  assert.deepEqual(command("KeyE", "ohif"), { name: "eraser" });
});

test("the form's keys: classes, to the front, confidence, yes and no", () => {
  for (const profile of Object.keys(ALL.profiles)) {
    assert.deepEqual(command("Digit3", profile), { name: "class", index: 2 });
    assert.deepEqual(command("Shift+Digit9", profile), { name: "classFirst", index: 8 });
    assert.deepEqual(command("Alt+Digit5", profile), { name: "confidence", index: 4 });
    assert.deepEqual(command("KeyY", profile), { name: "needsCorrection", value: true });
    assert.deepEqual(command("Enter", profile), { name: "save" });
    assert.deepEqual(command("Ctrl+Enter", profile), { name: "save" });
    assert.deepEqual(command("Escape", profile), { name: "leave" });
  }
});

test("every reason of the paper has a key in both profiles", () => {
  const text = readFileSync(new URL("../../../lesions/questionnaire.json", import.meta.url), "utf8");
  const { options } = JSON.parse(text).reasons;
  for (const { keys } of Object.values(ALL.profiles)) {
    options.forEach((/** @type {unknown} */ _, /** @type {number} */ n) => assert.ok(keys[`reason${n + 1}`]?.length));
  }
});

test("the page and the server refuse the same chords", () => {
  for (const chord of ["Ctrl+KeyW", "F5", "Tab", "Numpad7", "Ctrl+Alt+KeyM", "Meta+KeyM", "", "Enter"]) {
    assert.notEqual(chordProblem(ALL, chord), null);
  }
  for (const chord of ["F9", "Shift+KeyM", "Alt+Shift+End", "Ctrl+KeyF"]) {
    assert.equal(chordProblem(ALL, chord), null);
  }
});

test("a chord that is taken is refused with the name of the other action", () => {
  const problem = problemOf(ALL, DEFAULT_KEYS, "measure", "KeyS", () => "S");
  assert.equal(problem?.text, "S is the key of “outline on or off”.");
  assert.equal(problem?.other?.name, "contour");
  assert.equal(problemOf(ALL, DEFAULT_KEYS, "contour", "KeyS", String), null);
  assert.equal(problemOf(ALL, DEFAULT_KEYS, "measure", "F5", String)?.other, null);
});

test("a new chord takes the place of the old one, or stands beside it", () => {
  const moved = withChord(ALL, DEFAULT_KEYS, "measure", "F9", "KeyM");
  assert.deepEqual(moved.changes, { measure: ["F9"] });
  assert.deepEqual(withChord(ALL, moved, "measure", "F8", null).changes, { measure: ["F9", "F8"] });
  assert.deepEqual(withChord(ALL, moved, "measure", "KeyM", "F9").changes, {});
  assert.deepEqual(withoutChord(ALL, moved, "measure", "F9").changes, { measure: [] });
});

test("two actions swap their keys", () => {
  const keys = swapped(ALL, DEFAULT_KEYS, "brush", "KeyV", "KeyB");
  assert.deepEqual(keys.changes, { brush: ["KeyV"], eraser: ["KeyB"] });
  assert.ok(isSound(keys));
  const taken = swapped(ALL, DEFAULT_KEYS, "brush", "KeyV", null);
  assert.deepEqual(taken.changes, { brush: ["KeyB", "KeyV"], eraser: [] });
});

test("going back to a profile's key takes it from who has it now", () => {
  const keys = swapped(ALL, DEFAULT_KEYS, "brush", "KeyV", "KeyB");
  assert.deepEqual(withoutChange(ALL, keys, "brush").changes, {});
});

test("another profile keeps the changes that fit and names those that don't", () => {
  const keys = { profile: "itk-snap", changes: { measure: ["F9"], skip: ["KeyZ"] } };
  const next = withProfile(ALL, keys, "ohif");
  assert.deepEqual(next.keys, { profile: "ohif", changes: { measure: ["F9"] } });
  assert.deepEqual(next.dropped.map(({ name }) => name), ["skip"]);
});

test("a swap of two keys goes along to another profile", () => {
  const keys = swapped(ALL, DEFAULT_KEYS, "measure", "KeyS", "KeyM");
  assert.deepEqual(withProfile(ALL, keys, "ohif"), { keys: { ...keys, profile: "ohif" }, dropped: [] });
});

test("keys of another version of the page fit as well as they can", () => {
  const keys = { profile: "itk-snap", changes: { gone: ["F9"], brush: ["KeyM", "nonsense"] } };
  assert.ok(isSound(keys));
  assert.deepEqual(boundKeys(ALL, keys).get("brush"), ["KeyM"]);
  assert.deepEqual(boundKeys(ALL, keys).get("measure"), []);
  assert.ok(isSound({ profile: "unknown", changes: {} }));
});

test("drawing's keys are silent while nothing can be drawn", () => {
  const bindings = new Bindings(ALL);
  assert.equal(bindings.actionAt("KeyB", false), null);
  assert.equal(bindings.actionAt("KeyB", true)?.name, "brush");
  assert.equal(bindings.actionAt("KeyM", false)?.name, "measure");
  assert.equal(bindings.actionAt(null, true), null);
});

test("whoever shows keys is told when they change", () => {
  const bindings = new Bindings(ALL);
  let told = 0;
  bindings.onChange(() => (told += 1));
  bindings.set({ profile: "ohif", changes: {} });
  assert.equal(told, 1);
  assert.deepEqual(bindings.chordsOf("zoomOut"), ["Minus"]);
});

test("only movements, sizes and undoing go on while a key is held", () => {
  const held = ALL.actions.map(({ name }) => commandOf(name)).filter(repeats);
  assert.deepEqual([...new Set(held.map(({ name }) => name))].sort(), ["brushSize", "slice", "step", "undo", "zoom"]);
});
