import assert from "node:assert/strict";
import { test } from "node:test";

import { inShort, sectionsOf, sizesOf } from "../../../static/js/review/keys/card-rows.js";
import { ALL } from "./profiles-file.js";

/** @param {number} n */
const options = (n) => Array.from({ length: n }, (_, i) => ({ name: `option ${i + 1}` }));

/** @param {number} nClasses @param {number} nLevels @param {number} nReasons @param {boolean} [asksSource] */
function sections(nClasses, nLevels, nReasons, asksSource = false) {
  return sectionsOf(ALL, sizesOf({
    version: "1",
    classes: { text: "", hint: "", options: options(nClasses) },
    confidence: { text: "", levels: options(nLevels).map(({ name }) => name) },
    reasons: { text: "", options: options(nReasons) },
    needs_correction: { text: "" },
    ...(asksSource ? { guessed_source: { text: "", options: ["model", "hand", "don't know"] } } : {}),
  }));
}

test("every action has its place on the card, families on one line", () => {
  const rows = sections(9, 9, 9, true).flatMap((section) => section.rows);
  assert.equal(rows.flatMap(({ actions }) => actions).length, ALL.actions.length);
  assert.equal(rows.find(({ actions }) => actions[0]?.name === "class1")?.actions.length, 9);
});

test("a study with fewer classes, levels or reasons has no keys for the others", () => {
  const names = sections(3, 4, 2).flatMap(({ rows }) => rows.flatMap(({ actions }) => actions.map(({ name }) => name)));
  assert.ok(names.includes("class3") && names.includes("confidence4") && names.includes("reason2"));
  assert.ok(!names.includes("class4") && !names.includes("confidence5") && !names.includes("reason3"));
  assert.ok(!names.includes("source1"));
});

test("a study with more than nine classes has keys for the first nine", () => {
  const [answer] = sections(14, 5, 12);
  assert.deepEqual(answer?.rows.map(({ actions }) => actions.length).slice(0, 4), [9, 9, 5, 9]);
});

test("a line of keys is short", () => {
  assert.equal(inShort([[["1"]], [["2"]], [["3"]]]), "1 to 3");
  assert.equal(inShort([[["Alt", "1"]], [["Alt", "2"]], [["Alt", "3"]]]), "Alt + 1 to 3");
  assert.equal(inShort([[["Q"]], [["W"], ["X"]]]), "Q W");
  assert.equal(inShort([[["["], [","]]]), "[ or ,");
  assert.equal(inShort([[]]), "no key");
  assert.equal(inShort([[], []]), "no key");
});
