/** Hold a mask while it is drawn: its voxels, its volume, and the way back.
 *
 * Voxels are in file order. Changes come in steps: `begin`, any number of `put`, then `end` (which
 * can be undone) or `cancel`.
 */

/** @import {Box, Lattice} from "./orientation.js" */

import { forEach, grow, turnOver } from "./cells.js";
import { History } from "./history.js";
import { join, placeOf, wholeBox } from "./orientation.js";

/** The mask of one ROI. */
export class Mask {
  /**
   * @param {Lattice} lattice
   * @param {Uint8Array} original in file order; anything but 0 counts
   * @param {{voxels: Uint8Array, tools: string[]} | null} [edited] what was drawn before
   */
  constructor(lattice, original, edited = null) {
    if (original.length !== lattice.n) {
      throw new RangeError(`expected ${lattice.n} voxels, came ${original.length}`);
    }
    this.lattice = lattice;
    this.original = original.map((value) => (value === 0 ? 0 : 1));
    this.voxels = edited ? edited.voxels.slice() : this.original.slice();
    /** As the mask was before the step that is open. */
    this.before = this.voxels.slice();
    this.nOriginal = count(this.original);
    this.n = count(this.voxels);
    this.history = new History();
    for (const tool of edited?.tools ?? []) {
      this.history.older.add(tool);
    }
    /** @type {string | null} */
    this.tool = null;
    /** What the open step touched. @type {Box | null} */
    this.touched = null;
    /** What changed since `takeChanged`. @type {Box | null} */
    this.changed = null;
  }

  /**
   * Open a step.
   * @param {string} tool
   */
  begin(tool) {
    this.end();
    this.tool = tool;
    this.touched = null;
  }

  /**
   * Set a cell inside the lattice, within a step.
   * @param {number} x
   * @param {number} y
   * @param {number} z
   * @param {0 | 1} value
   */
  put(x, y, z, value) {
    const place = placeOf(this.lattice, x, y, z);
    if (this.voxels[place] !== value) {
      this.voxels[place] = value;
      this.n += value ? 1 : -1;
      this.touched = grow(this.touched, x, y, z);
      this.changed = grow(this.changed, x, y, z);
    }
  }

  /**
   * Close the step.
   * @returns {boolean} whether it changed anything
   */
  end() {
    const { tool, touched } = this;
    this.tool = null;
    this.touched = null;
    if (tool === null || touched === null) {
      return false;
    }
    const { bits, n } = this.difference(touched);
    if (n === 0) {
      return false;
    }
    this.history.push({ tool, box: touched, bits });
    turnOver(this.lattice, touched, bits, this.before);
    return true;
  }

  /** Take the open step back, as if it had never been begun. */
  cancel() {
    const { touched } = this;
    this.tool = null;
    this.touched = null;
    if (touched !== null) {
      this.flip(touched, this.difference(touched).bits);
    }
  }

  /**
   * Make the whole mask another one, as one step.
   * @param {string} tool
   * @param {Uint8Array} voxels
   * @returns {boolean} whether it changed anything
   */
  replace(tool, voxels) {
    this.begin(tool);
    forEach(this.lattice, wholeBox(this.lattice), (place, x, y, z) => this.put(x, y, z, voxels[place] ? 1 : 0));
    return this.end();
  }

  /** @returns {boolean} whether there was a step to undo */
  undo() {
    this.cancel();
    return this.apply(this.history.undo());
  }

  /** @returns {boolean} whether there was a step to do again */
  redo() {
    this.cancel();
    return this.apply(this.history.redo());
  }

  /** @returns {boolean} whether the mask is the one that was shown */
  isOriginal() {
    return this.n === this.nOriginal && this.voxels.every((value, place) => value === this.original[place]);
  }

  /**
   * Give what has changed since the last call.
   * @returns {Box | null}
   */
  takeChanged() {
    const { changed } = this;
    this.changed = null;
    return changed;
  }

  /**
   * @param {import("./history.js").Step | null} step
   * @returns {boolean}
   */
  apply(step) {
    if (step) {
      this.flip(step.box, step.bits);
      turnOver(this.lattice, step.box, step.bits, this.before);
    }
    return step !== null;
  }

  /**
   * @param {Box} box
   * @returns {{bits: Uint8Array, n: number}} cells that differ from those before the step
   */
  difference(box) {
    const [w, h, d] = [0, 1, 2].map((axis) => (box.stop[axis] ?? 0) - (box.start[axis] ?? 0));
    const bits = new Uint8Array(Math.ceil(((w ?? 0) * (h ?? 0) * (d ?? 0)) / 8));
    let at = 0;
    let n = 0;
    forEach(this.lattice, box, (place) => {
      if (this.voxels[place] !== this.before[place]) {
        bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
        n += 1;
      }
      at += 1;
    });
    return { bits, n };
  }

  /**
   * Turn cells of the mask over.
   * @param {Box} box
   * @param {Uint8Array} bits
   */
  flip(box, bits) {
    this.n += turnOver(this.lattice, box, bits, this.voxels);
    this.changed = join(this.changed, box);
  }
}

/**
 * @param {Uint8Array} voxels 0 and 1
 * @returns {number}
 */
function count(voxels) {
  return voxels.reduce((sum, value) => sum + value, 0);
}
