/** Keep the masks of the last few ROIs, so that their steps can be undone after going on and back. */

/** @import {Correction} from "./correction.js" */
/** @import {Mask} from "./mask.js" */

import { correctionOf, sameMask } from "./correction.js";

/** ROIs whose masks stay in memory. */
const N_KEPT = 4;

/** Masks by assignment, the longest unused first. */
export class LastMasks {
  constructor() {
    /** @type {Map<string, Mask>} */
    this.masks = new Map();
  }

  /**
   * Give a mask, if it still is what the draft keeps.
   * @param {string} id
   * @param {Correction | null | undefined} correction
   * @returns {Mask | null}
   */
  get(id, correction) {
    const mask = this.masks.get(id);
    return mask && sameMask(correctionOf(mask), correction) ? mask : null;
  }

  /**
   * @param {string} id
   * @param {Mask} mask
   */
  keep(id, mask) {
    this.masks.delete(id);
    this.masks.set(id, mask);
    for (const [oldest] of [...this.masks].slice(0, -N_KEPT)) {
      this.masks.delete(oldest);
    }
  }
}
