import assert from "node:assert/strict";
import { test } from "node:test";

import { standings } from "../../../static/js/review/flow/own-answers.js";

/** @param {string[]} names of ROIs; those in capitals have an answer */
function queue(names) {
  return names.map((name, n) => ({
    id: name.toLowerCase(),
    position: n + 1,
    answered: name === name.toUpperCase(),
    classes: name === name.toUpperCase() ? ["Vessel", "Unknown"] : [],
  }));
}

test("the list goes up to the furthest ROI that was reached", () => {
  const rows = standings(queue(["A", "b", "c", "d"]), new Set(["a"]), [], "c");
  assert.deepEqual(rows.map((row) => [row.place, row.state]), [[1, "stored"], [2, "skipped"], [3, "open"]]);
  assert.equal(rows[0]?.classes, "Vessel +1");
});

test("an answer that was not sent yet is marked, with what it says", () => {
  const waiting = [
    { id: "a", classes: ["Other: a coil"], refused: false },
    { id: "b", classes: ["Vessel"], refused: true },
  ];
  const rows = standings(queue(["A", "b"]), new Set(["a", "b"]), waiting, "");
  assert.deepEqual(rows.map((row) => [row.state, row.classes]), [
    ["waiting", "Other: a coil"],
    ["refused", "Vessel"],
  ]);
});
