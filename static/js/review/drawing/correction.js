/** Turn a drawn mask into the part of a draft that keeps it, and back. */

/** @import {Lattice} from "./orientation.js" */

import { Mask } from "./mask.js";
import { decodeRuns, encodeRuns } from "./runs.js";

/**
 * @typedef {object} Correction a redrawn mask
 * @property {number[]} runs its voxels, in file order on the crop's grid
 * @property {string[]} tools what it was drawn with, in the order of their first use
 * @property {("empty" | "touches")[]} confirmed what the rater was asked about and meant
 */

/**
 * Give what a draft keeps of a mask. What was confirmed held for the mask as it was then.
 * @param {Mask} mask
 * @returns {Correction | null} null where the mask is the one that was shown
 */
export function correctionOf(mask) {
  return mask.isOriginal()
    ? null
    : { runs: encodeRuns(mask.voxels), tools: mask.history.tools(), confirmed: [] };
}

/**
 * Go on with the mask that a draft keeps.
 * @param {Lattice} lattice
 * @param {Uint8Array} original
 * @param {Correction | null | undefined} correction
 * @returns {Mask}
 * @throws {import("./runs.js").RunsError} the draft does not hold a mask of this grid
 */
export function maskOf(lattice, original, correction) {
  const edited = correction && { voxels: decodeRuns(correction.runs, lattice.n), tools: correction.tools };
  return new Mask(lattice, original, edited ?? null);
}

/**
 * Say whether two drafts keep the same mask.
 * @param {Correction | null | undefined} one
 * @param {Correction | null | undefined} other
 * @returns {boolean}
 */
export function sameMask(one, other) {
  return one === other || JSON.stringify(one?.runs ?? null) === JSON.stringify(other?.runs ?? null);
}

/**
 * Say whether a draft's mask is empty and nobody has said that it is meant so.
 * @param {Correction | null | undefined} correction
 * @returns {boolean}
 */
export function isEmptyByChance(correction) {
  return correction?.runs.length === 0 && !correction.confirmed.includes("empty");
}
