/** The intensities within which the range brush draws: from the lesion, or from a sample. */

/** @typedef {[number, number]} Range lowest and highest that count */

/**
 * Give the range of the voxels of a mask: what the rater redraws looks like what was drawn.
 * @param {ArrayLike<number>} values in the mask's order
 * @param {Uint8Array} mask
 * @returns {Range | null} null where the mask is empty
 */
export function rangeOfMask(values, mask) {
  /** @type {number[]} */
  const places = [];
  for (let place = mask.indexOf(1); place >= 0; place = mask.indexOf(1, place + 1)) {
    places.push(place);
  }
  return rangeOf(values, places);
}

/**
 * @param {ArrayLike<number>} values
 * @param {readonly number[]} places
 * @returns {Range | null}
 */
export function rangeOf(values, places) {
  /** @type {Range | null} */
  let range = null;
  for (const place of places) {
    const value = values[place] ?? NaN;
    if (!Number.isNaN(value)) {
      range = range ? [Math.min(range[0], value), Math.max(range[1], value)] : [value, value];
    }
  }
  return range;
}

/**
 * Change one end of a range; the other gives way rather than cross it.
 * @param {Range} range
 * @param {0 | 1} end
 * @param {number} value
 * @returns {Range}
 */
export function withEnd(range, end, value) {
  return end === 0 ? [value, Math.max(value, range[1])] : [Math.min(value, range[0]), value];
}
