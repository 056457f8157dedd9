/** Choose how the planes share the stage. No DOM. */

/** @import {Tile} from "./geometry.js" */

import { GAP, layOut } from "./geometry.js";

/** @typedef {{kind: "large" | "equal" | "single", plane: number}} Layout `plane`: the one that is large */

/**
 * Give the next layout: each plane large in turn, all alike, the plane in use alone.
 * @param {Layout} layout
 * @param {number} active plane that was used last
 * @returns {Layout}
 */
export function nextLayout({ kind, plane }, active) {
  if (kind === "large") {
    return plane < 2 ? { kind, plane: plane + 1 } : { kind: "equal", plane: active };
  }
  return kind === "equal" ? { kind: "single", plane: active } : { kind: "large", plane: 0 };
}

/**
 * Give the tiles of a layout.
 * @param {number} width of the stage
 * @param {number} height
 * @param {Layout} layout
 * @returns {Tile[]} the large one first
 */
export function tilesOf(width, height, { kind, plane }) {
  if (kind === "single") {
    return [{ plane, left: 0, top: 0, width, height }];
  }
  return kind === "equal" ? equal(width, height) : layOut(width, height, plane);
}

/**
 * Axial above coronal, the sagittal beside it; side by side where the stage is wide.
 * @param {number} width
 * @param {number} height
 * @returns {Tile[]}
 */
function equal(width, height) {
  if (width > 2 * height) {
    const third = Math.floor((width - 2 * GAP) / 3);
    const lefts = [0, third + GAP, 2 * (third + GAP)];
    return lefts.map((left, n) => ({ plane: n, left, top: 0, width: n < 2 ? third : width - left, height }));
  }
  const [half, middle] = [Math.floor((width - GAP) / 2), Math.floor((height - GAP) / 2)];
  const [left, top] = [half + GAP, middle + GAP];
  return [
    { plane: 0, left: 0, top: 0, width: half, height: middle },
    { plane: 1, left: 0, top, width: half, height: height - top },
    { plane: 2, left, top, width: width - left, height: height - top },
  ];
}

/**
 * Read a layout back from what was kept.
 * @param {any} kept
 * @returns {Layout}
 */
export function readLayout(kept) {
  const known = ["large", "equal", "single"].includes(kept?.kind) && [0, 1, 2].includes(kept?.plane);
  return known ? { kind: kept.kind, plane: kept.plane } : { kind: "large", plane: 0 };
}
