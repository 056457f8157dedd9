/** Hold a mask while it is drawn: its voxels, its volume, and the way back.
 *
 * Voxels are in file order. Changes come in steps: `begin`, any number of `put`, then `end` (which
 * can be undone) or `cancel`.
 */

/** @import {Box, Lattice} from "./orientation.js" */

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
    this.turn(touched, bits, this.before);
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
      this.turn(step.box, step.bits, this.before);
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
    this.n += this.turn(box, bits, this.voxels);
    this.changed = join(this.changed, box);
  }

  /**
   * @param {Box} box
   * @param {Uint8Array} bits
   * @param {Uint8Array} voxels
   * @returns {number} by how many the mask grew
   */
  turn(box, bits, voxels) {
    let at = 0;
    let grown = 0;
    forEach(this.lattice, box, (place) => {
      if ((bits[at >> 3] ?? 0) & (1 << (at & 7))) {
        const value = voxels[place] ? 0 : 1;
        voxels[place] = value;
        grown += value ? 1 : -1;
      }
      at += 1;
    });
    return grown;
  }
}

/**
 * Visit the cells of a box, the first axis fastest.
 * @param {Lattice} lattice
 * @param {Box} box
 * @param {(place: number, x: number, y: number, z: number) => void} visit
 */
export function forEach(lattice, { start, stop }, visit) {
  for (let z = start[2]; z < stop[2]; z += 1) {
    for (let y = start[1]; y < stop[1]; y += 1) {
      let place = placeOf(lattice, start[0], y, z);
      for (let x = start[0]; x < stop[0]; x += 1, place += lattice.steps[0]) {
        visit(place, x, y, z);
      }
    }
  }
}

/**
 * Let a box hold one more cell; its own numbers are changed, since strokes call this for each cell.
 * @param {Box | null} box
 * @param {number} x
 * @param {number} y
 * @param {number} z
 * @returns {Box}
 */
function grow(box, x, y, z) {
  if (box === null) {
    return { start: [x, y, z], stop: [x + 1, y + 1, z + 1] };
  }
  const { start, stop } = box;
  start[0] = Math.min(start[0], x);
  start[1] = Math.min(start[1], y);
  start[2] = Math.min(start[2], z);
  stop[0] = Math.max(stop[0], x + 1);
  stop[1] = Math.max(stop[1], y + 1);
  stop[2] = Math.max(stop[2], z + 1);
  return box;
}

/**
 * @param {Uint8Array} voxels 0 and 1
 * @returns {number}
 */
function count(voxels) {
  return voxels.reduce((sum, value) => sum + value, 0);
}
