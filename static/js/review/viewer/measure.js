/** Measure distances in mm between two points of a plane; the lines stay until one leaves the ROI. */

/** @import {At} from "./drags.js" */
/** @import {Stage} from "./stage.js" */
/** @import {Triple} from "../types.js" */

/** @typedef {{plane: number, from: Triple, to: Triple, mm: number}} Line points in the view's coordinates */

/** Pixels below which a press is a click: the second click ends the line. */
const CLICK = 4;

/** The tool, and the lines that it made. */
export class Measure {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.name = "measure";
    this.taps = true;
    /** @type {Line[]} */
    this.lines = [];
    /** The line that follows the pointer. @type {Line | null} */
    this.open = null;
    /** @type {[number, number]} */
    this.pressed = [0, 0];
    this.second = false;
  }

  /** @param {At} at */
  down(at) {
    this.pressed = at.pixel;
    this.second = this.open !== null && this.open.plane === at.tile.plane;
    if (!this.second) {
      this.open = { plane: at.tile.plane, from: at.point, to: at.point, mm: 0 };
    }
    this.move(at);
  }

  /** @param {At} at */
  move(at) {
    if (this.open?.plane === at.tile.plane) {
      this.open.to = at.point;
      this.open.mm = this.stage.viewer.frame.distance(this.open.from, at.point);
      this.stage.redraw();
    }
  }

  /** @param {At} at */
  up(at) {
    this.move(at);
    const moved = Math.hypot(at.pixel[0] - this.pressed[0], at.pixel[1] - this.pressed[1]);
    if (this.open && (this.second || moved > CLICK)) {
      this.finish();
    }
  }

  /** @param {At | null} at */
  hover(at) {
    if (at) {
      this.move(at);
    }
  }

  finish() {
    if (this.open && this.open.mm > 0) {
      this.lines.push(this.open);
    }
    this.cancel();
  }

  cancel() {
    this.open = null;
    this.second = false;
    this.stage.redraw();
  }

  /** Take the last line away. */
  remove() {
    if (this.open) {
      this.cancel();
    } else {
      this.lines.pop();
      this.stage.redraw();
    }
  }

  /** Forget all lines. */
  clear() {
    this.lines = [];
    this.open = null;
    this.second = false;
  }

  /**
   * Give the lines that lie on the slices through a point.
   * @param {number} plane
   * @param {number} depth axis that looks at the rater
   * @param {Readonly<Triple>} point
   * @returns {Line[]}
   */
  on(plane, depth, point) {
    const half = (this.stage.viewer.frame.voxel[depth] ?? 1) / 2;
    const all = this.open ? [...this.lines, this.open] : this.lines;
    return all.filter(
      (line) => line.plane === plane && Math.abs((line.from[depth] ?? 0) - (point[depth] ?? 0)) < half,
    );
  }
}
