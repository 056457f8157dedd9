/** The diameters that a brush can have, in mm. */

/** Fine where a voxel more or less is a share of a lesion, coarse where whole lesions are. */
export const SIZES_MM = [
  0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 24, 28, 32,
];
export const FIRST_SIZE_MM = 3;

/**
 * Give the size some steps on, at most the last or the first.
 * @param {number} sizeMm one of them
 * @param {number} by
 * @returns {number}
 */
export function sizeAfter(sizeMm, by) {
  const at = SIZES_MM.indexOf(sizeMm) + by;
  return SIZES_MM[Math.min(SIZES_MM.length - 1, Math.max(0, at))] ?? sizeMm;
}
