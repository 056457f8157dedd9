import assert from "node:assert/strict";
import { test } from "node:test";

import { decodeRuns, encodeRuns, RunsError } from "../../../static/js/review/drawing/runs.js";

test("runs are start and length in file order, the longest there are", () => {
  assert.deepEqual(encodeRuns(Uint8Array.from([0, 1, 1, 0, 0, 255, 1])), [1, 2, 5, 2]);
  assert.deepEqual(encodeRuns(Uint8Array.from([1, 1, 1])), [0, 3]);
  assert.deepEqual(encodeRuns(new Uint8Array(5)), []);
});

test("a mask comes back as it was", () => {
  let state = 7;
  for (let round = 0; round < 50; round += 1) {
    const voxels = Uint8Array.from({ length: 97 }, () => {
      state = (Math.imul(state, 48271) % 2147483647) & 0x7fffffff;
      return state % 3 === 0 ? 1 : 0;
    });
    assert.deepEqual(decodeRuns(encodeRuns(voxels), 97), voxels);
  }
});

test("runs that describe no mask of the size are refused", () => {
  for (const runs of [[0], [0, 0], [-1, 2], [3, 8], [4, 2, 2, 1], [0, 3, 2, 1], [0.5, 1], [0, NaN]]) {
    assert.throws(() => decodeRuns(runs, 10), RunsError, String(runs));
  }
});
