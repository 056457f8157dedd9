import assert from "node:assert/strict";
import { test } from "node:test";

import { move, moveTo, rankOf, toFront, toggle } from "../../../static/js/review/answer/ranking.js";

test("a class that is chosen goes last", () => {
  assert.deepEqual(toggle(["b"], "a"), ["b", "a"]);
});

test("a class that is chosen again leaves and the others close up", () => {
  assert.deepEqual(toggle(["a", "b", "c"], "b"), ["a", "c"]);
});

test("a class goes to the front whether it was chosen or not", () => {
  assert.deepEqual(toFront(["a", "b"], "c"), ["c", "a", "b"]);
  assert.deepEqual(toFront(["a", "b"], "b"), ["b", "a"]);
});

test("a class moves by one rank and stops at the ends", () => {
  assert.deepEqual(move(["a", "b", "c"], "c", -1), ["a", "c", "b"]);
  assert.deepEqual(move(["a", "b", "c"], "a", 1), ["b", "a", "c"]);
  assert.deepEqual(move(["a", "b"], "a", -1), ["a", "b"]);
  assert.deepEqual(move(["a", "b"], "b", 1), ["a", "b"]);
  assert.deepEqual(move(["a", "b"], "c", 1), ["a", "b"]);
});

test("no function changes the list that it was given", () => {
  const ranked = Object.freeze(["a", "b"]);
  assert.notEqual(toggle(ranked, "c"), ranked);
  assert.notEqual(move(ranked, "a", 1), ranked);
});

test("ranks count from one and zero means not chosen", () => {
  assert.equal(rankOf(["a", "b"], "b"), 2);
  assert.equal(rankOf(["a", "b"], "c"), 0);
});

test("a class takes the rank of another, and the others close up", () => {
  assert.deepEqual(moveTo(["a", "b", "c"], "c", 1), ["c", "a", "b"]);
  assert.deepEqual(moveTo(["a", "b", "c"], "a", 2), ["b", "a", "c"]);
  assert.deepEqual(moveTo(["a", "b"], "a", 3), ["a", "b"]);
  assert.deepEqual(moveTo(["a", "b"], "x", 1), ["a", "b"]);
});
