import assert from "node:assert/strict";
import { test } from "node:test";
import { endsBlock } from "../../../static/js/review/flow/block-end.js";

test("a block ends after its last ROI, and the last block with the receipt", () => {
  const ends = [...Array(11).keys()].map((n) => n + 1).filter((answered) => endsBlock(answered, 10, 3));
  assert.deepEqual(ends, [3, 6, 9]);
  assert.equal(endsBlock(10, 10, 5), false);
});

test("without blocks there is no pause", () => {
  assert.ok(![1, 5, 9].some((answered) => endsBlock(answered, 10, 0)));
});
