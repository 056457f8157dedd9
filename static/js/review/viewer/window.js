/** Choose the intensities that are black and white, and change them by dragging. No DOM, no WebGL. */

/** @typedef {[number, number]} Range the intensities shown black and white */

/**
 * @typedef {object} Contrast what a crop's intensities offer
 * @property {Range} limits its lowest and highest
 * @property {Range} wide all but the darkest and brightest few
 * @property {Range} narrow more contrast, more cut off
 */

/** Shares of the voxels at which the two windows begin and end. */
const WIDE = [0.005, 0.995];
const NARROW = [0.02, 0.98];
/** Pixels of dragging that go through all intensities. */
const DRAG_PIXELS = 500;
/** The narrowest window, as a share of all intensities. */
const NARROWEST = 1 / 500;
const INT16_VALUES = 65536;

/**
 * Read the windows off an image. Zero is left out, since scanners and skull stripping fill the
 * background with it.
 * @param {Int16Array} voxels
 * @returns {Contrast} `[0, 1]` each where there is nothing, one step where nothing varies
 */
export function contrastOf(voxels) {
  const counts = new Uint32Array(INT16_VALUES);
  for (const value of voxels) {
    const place = value + INT16_VALUES / 2;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  counts[INT16_VALUES / 2] = 0;
  const n = counts.reduce((sum, count) => sum + count, 0);
  const at = (/** @type {number} */ share) => valueAt(counts, Math.round(share * Math.max(0, n - 1)));
  const range = (/** @type {number[]} */ [low = 0, high = 1]) => apart(at(low), at(high));
  return { limits: range([0, 1]), wide: range(WIDE), narrow: range(NARROW) };
}

/**
 * Move a window: to the right wider, down darker, as viewers of DICOM images do.
 * @param {Readonly<Range>} range
 * @param {number} dx pixels
 * @param {number} dy
 * @param {Readonly<Range>} limits
 * @returns {Range}
 */
export function dragged([low, high], dx, dy, limits) {
  const span = limits[1] - limits[0];
  const width = Math.max(high - low + (dx / DRAG_PIXELS) * span, span * NARROWEST);
  const level = (low + high) / 2 + (dy / DRAG_PIXELS) * span;
  const middle = Math.min(limits[1], Math.max(limits[0], level));
  return [middle - width / 2, middle + width / 2];
}

/**
 * Put one end of a window at a value; the other makes room.
 * @param {Readonly<Range>} range
 * @param {0 | 1} end
 * @param {number} value
 * @param {Readonly<Range>} limits
 * @returns {Range}
 */
export function withEnd(range, end, value, limits) {
  const least = (limits[1] - limits[0]) * NARROWEST;
  return end === 0 ? [value, Math.max(range[1], value + least)] : [Math.min(range[0], value - least), value];
}

/**
 * @param {Readonly<Range>} one
 * @param {Readonly<Range>} other
 * @returns {boolean}
 */
export function sameRange(one, other) {
  return one[0] === other[0] && one[1] === other[1];
}

/**
 * @param {Uint32Array} counts
 * @param {number} rank from 0
 * @returns {number} the value at a rank, 0 where there is none
 */
function valueAt(counts, rank) {
  let seen = 0;
  for (const [place, count] of counts.entries()) {
    seen += count;
    if (seen > rank) {
      return place - INT16_VALUES / 2;
    }
  }
  return 0;
}

/**
 * @param {number} low
 * @param {number} high
 * @returns {Range}
 */
function apart(low, high) {
  return high > low ? [low, high] : [low, low + 1];
}
