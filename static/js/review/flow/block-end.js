/** After each block of a study a pause, with the progress so far; working time stands still meanwhile. */

/** @import {Activity} from "./activity.js" */

import { byId } from "../elements.js";

/**
 * Say whether an answer was the last of a block; after the last of all comes the receipt.
 * @param {number} answered
 * @param {number} n
 * @param {number} size ROIs of a block; 0 for no blocks
 * @returns {boolean}
 */
export function endsBlock(answered, n, size) {
  return size > 0 && answered < n && answered % size === 0;
}

/** The pauses of one session. */
export class BlockEnd {
  /**
   * @param {Activity} activity
   * @param {number} size
   */
  constructor(activity, size) {
    this.activity = activity;
    this.size = size;
    this.dialog = byId("block-end", HTMLDialogElement);
    this.dialog.addEventListener("close", () => {
      this.activity.resume();
      byId("stage", HTMLElement).focus({ preventScroll: true });
    });
  }

  /**
   * An ROI got its first answer.
   * @param {number} answered
   * @param {number} n
   */
  follow(answered, n) {
    if (endsBlock(answered, n, this.size)) {
      const blocks = `Block ${answered / this.size} of ${Math.ceil(n / this.size)} is done`;
      byId("block-end-text", HTMLElement).textContent = `${blocks}: ${answered} of ${n} ROIs have your answer.`;
      this.activity.pause();
      this.dialog.showModal();
    }
  }
}
