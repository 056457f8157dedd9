/** Place three planes on the screen, and turn points into pixels and back. No DOM, no WebGL.
 *
 * Points are in mm along the voxel axes nearest to right, anterior and superior: RAS mm for a scan
 * that lies straight, and rotated with the scan where it lies oblique. Pixels are CSS pixels from
 * the stage's top left corner.
 */

/** @import {Triple} from "../types.js" */

/**
 * @typedef {object} Plane
 * @property {string} name
 * @property {0 | 1 | 2} across axis that runs across the screen
 * @property {0 | 1 | 2} up axis that runs up the screen
 * @property {0 | 1 | 2} depth axis that looks at the rater
 */

/** In the order of NiiVue's slice types. @type {readonly [Plane, Plane, Plane]} */
export const PLANES = [
  { name: "axial", across: 0, up: 1, depth: 2 },
  { name: "coronal", across: 0, up: 2, depth: 1 },
  { name: "sagittal", across: 1, up: 2, depth: 0 },
];

/** @typedef {{plane: number, left: number, top: number, width: number, height: number}} Tile */
/** @typedef {{centre: Triple, extentMm: number, radiological: boolean}} View */

/** Share of the width that the large plane takes, and the gap between planes in pixels. */
const LARGE_SHARE = 2 / 3;
export const GAP = 2;
/** How far one can zoom: from a few voxels to more than a head, in mm. */
export const EXTENT_RANGE_MM = [6, 400];

/**
 * Lay out one large plane at the left and the other two beside it.
 * @param {number} width of the stage
 * @param {number} height
 * @param {number} large plane that is large
 * @returns {Tile[]} the large one first
 */
export function layOut(width, height, large) {
  const first = Math.round(width * LARGE_SHARE);
  const half = Math.floor((height - GAP) / 2);
  const left = first + GAP;
  const [upper = 0, lower = 0] = [0, 1, 2].filter((plane) => plane !== large);
  return [
    { plane: large, left: 0, top: 0, width: first, height },
    { plane: upper, left, top: 0, width: width - left, height: half },
    { plane: lower, left, top: half + GAP, width: width - left, height: height - half - GAP },
  ];
}

/**
 * Give the millimetres of a pixel: the longer side of a tile shows the view's extent.
 * @param {Tile} tile
 * @param {View} view
 * @returns {number}
 */
export function mmPerPixel(tile, view) {
  return view.extentMm / Math.max(tile.width, tile.height, 1);
}

/**
 * Give the part of a plane that a tile shows.
 * @param {Tile} tile
 * @param {View} view
 * @returns {{min: [number, number], max: [number, number]}} across and up, in mm
 */
export function fieldOf(tile, view) {
  const { across, up } = planeOf(tile.plane);
  const half = mmPerPixel(tile, view) / 2;
  const [x, y] = [view.centre[across], view.centre[up]];
  return {
    min: [x - half * tile.width, y - half * tile.height],
    max: [x + half * tile.width, y + half * tile.height],
  };
}

/**
 * Give the pixel at which a tile shows a point.
 * @param {Tile} tile
 * @param {View} view
 * @param {Readonly<Triple>} point
 * @returns {[number, number]} from the stage's left and top
 */
export function toPixel(tile, view, point) {
  const { across, up } = planeOf(tile.plane);
  const scale = mmPerPixel(tile, view);
  const right = ((point[across] - view.centre[across]) / scale) * direction(tile.plane, view.radiological);
  const down = (view.centre[up] - point[up]) / scale;
  return [tile.left + tile.width / 2 + right, tile.top + tile.height / 2 + down];
}

/**
 * Give the point under a pixel, at the depth of another point.
 * @param {Tile} tile
 * @param {View} view
 * @param {readonly [number, number]} pixel
 * @param {Readonly<Triple>} depth
 * @returns {Triple}
 */
export function toPoint(tile, view, pixel, depth) {
  const { across, up } = planeOf(tile.plane);
  const scale = mmPerPixel(tile, view);
  const right = pixel[0] - tile.left - tile.width / 2;
  const down = pixel[1] - tile.top - tile.height / 2;
  /** @type {Triple} */
  const point = [...depth];
  point[across] = view.centre[across] + right * scale * direction(tile.plane, view.radiological);
  point[up] = view.centre[up] - down * scale;
  return point;
}

/**
 * Give the tile under a pixel.
 * @param {readonly Tile[]} tiles
 * @param {readonly [number, number]} pixel
 * @returns {Tile | undefined}
 */
export function tileAt(tiles, [x, y]) {
  return tiles.find(
    (tile) =>
      x >= tile.left && x < tile.left + tile.width && y >= tile.top && y < tile.top + tile.height,
  );
}

/**
 * Say where the screen's right is on a plane: 1 along the axis, -1 against it.
 * Radiological: the patient's left stands on the right. Sagittal planes look to the right always.
 * @param {number} plane
 * @param {boolean} radiological
 * @returns {1 | -1}
 */
export function direction(plane, radiological) {
  return radiological && planeOf(plane).across === 0 ? -1 : 1;
}

/**
 * Give the letters at the edges of a plane.
 * @param {number} plane
 * @param {boolean} radiological
 * @returns {{left: string, right: string, top: string, bottom: string}}
 */
export function edgeLetters(plane, radiological) {
  const { across, up } = planeOf(plane);
  const ends = [["L", "R"], ["P", "A"], ["I", "S"]];
  const [low = "", high = ""] = ends[across] ?? [];
  const [bottom = "", top = ""] = ends[up] ?? [];
  return direction(plane, radiological) > 0
    ? { left: low, right: high, top, bottom }
    : { left: high, right: low, top, bottom };
}

/**
 * Choose the longest round length that a scale bar of at most `longest` pixels can show.
 * @param {number} scale mm a pixel
 * @param {number} longest
 * @returns {{mm: number, pixels: number}}
 */
export function scaleBar(scale, longest) {
  const lengths = [100, 50, 20, 10, 5, 2, 1];
  const mm = lengths.find((length) => length / scale <= longest) ?? 1;
  return { mm, pixels: mm / scale };
}

/**
 * Say whether every tile shows only what lies between two corners.
 * @param {readonly Tile[]} tiles
 * @param {View} view
 * @param {{min: Readonly<Triple>, max: Readonly<Triple>}} box
 * @returns {boolean}
 */
export function isInside(tiles, view, box) {
  return tiles.every((tile) => {
    const { across, up } = planeOf(tile.plane);
    const field = fieldOf(tile, view);
    return (
      field.min[0] >= box.min[across] &&
      field.max[0] <= box.max[across] &&
      field.min[1] >= box.min[up] &&
      field.max[1] <= box.max[up]
    );
  });
}

/**
 * @param {number} plane
 * @returns {Plane}
 */
export function planeOf(plane) {
  return PLANES[plane] ?? PLANES[0];
}
