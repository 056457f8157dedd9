/** Remember what each step changed, so that it can be undone and done again.
 *
 * A mask has two values, so that a step is the set of voxels that it turned over: applied once it
 * does the step, applied twice it undoes it. It is kept as one bit a voxel of the box it touched.
 */

/** @import {Box} from "./orientation.js" */

/** Steps that are always kept: twice what the study promises. */
export const LEAST_STEPS = 100;
/** Bytes that older steps may take: 128 times the whole crop of 64 mm at 0.5 mm. */
export const MOST_BYTES = 2 ** 25;

/** @typedef {{tool: string, box: Box, bits: Uint8Array}} Step */

/** Two stacks of steps. */
export class History {
  constructor() {
    /** @type {Step[]} */
    this.past = [];
    /** @type {Step[]} */
    this.future = [];
    this.bytes = 0;
    /** Tools of steps that are too old to be undone. @type {Set<string>} */
    this.older = new Set();
  }

  /**
   * Add a step; what was undone before it is gone.
   * @param {Step} step
   */
  push(step) {
    for (const undone of this.future) {
      this.bytes -= undone.bits.length;
    }
    this.future = [];
    this.past.push(step);
    this.bytes += step.bits.length;
    while (this.past.length > LEAST_STEPS && this.bytes > MOST_BYTES) {
      const oldest = this.past.shift();
      if (oldest) {
        this.bytes -= oldest.bits.length;
        this.older.add(oldest.tool);
      }
    }
  }

  /** @returns {Step | null} the step to apply, null where there is none */
  undo() {
    const step = this.past.pop();
    if (step) {
      this.future.push(step);
    }
    return step ?? null;
  }

  /** @returns {Step | null} */
  redo() {
    const step = this.future.pop();
    if (step) {
      this.past.push(step);
    }
    return step ?? null;
  }

  /** @returns {string[]} tools behind what is drawn now, in the order of their first use */
  tools() {
    return [...new Set([...this.older, ...this.past.map((step) => step.tool)])];
  }
}
