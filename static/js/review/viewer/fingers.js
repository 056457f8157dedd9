/** Steer the planes with fingers: tap crosshair, drag pan, two fingers slices, pinch zoom. No DOM.
 *
 * A finger never draws: the pen does, so that the hand may rest and move the picture meanwhile.
 */

/** @import {Steered} from "./drags.js" */
/** @import {Tile} from "./geometry.js" */

/** Pixels a finger may tremble and still tap; and that two fingers move before they mean something. */
const SLOP = 8;
/** Pixels that two fingers go for one slice. */
const SLICE_STEP = 14;

/** @typedef {[number, number]} Pixel */

/** The fingers on the stage. */
export class Fingers {
  /** @param {Steered} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {Map<number, Pixel>} where each finger is, in the order of touching */
    this.down = new Map();
    /** @type {"tap" | "pan" | "two" | "slice" | "zoom" | "over"} what they do */
    this.does = "over";
    /** @type {Tile | null} */
    this.tile = null;
    /** @type {Pixel} */
    this.from = [0, 0];
    this.apart = 1;
    this.rest = 0;
  }

  /** Whether a finger is on the stage. */
  get any() {
    return this.down.size > 0;
  }

  /**
   * @param {number} id
   * @param {Pixel} pixel
   * @param {Tile} tile
   */
  press(id, pixel, tile) {
    this.down.set(id, pixel);
    if (this.down.size === 1) {
      this.does = "tap";
      this.tile = tile;
      this.from = pixel;
    } else if (this.down.size === 2 && this.does !== "over") {
      this.does = "two";
      this.from = this.middle();
      this.apart = this.distance();
      this.rest = 0;
    }
  }

  /**
   * @param {number} id
   * @param {Pixel} pixel
   */
  move(id, pixel) {
    const before = this.down.get(id);
    if (!before || !this.tile) {
      return;
    }
    this.down.set(id, pixel);
    if (this.does === "tap" && away(this.from, pixel) > SLOP) {
      this.does = "pan";
      this.stage.pan(this.tile, pixel[0] - this.from[0], pixel[1] - this.from[1]);
    } else if (this.does === "pan") {
      this.stage.pan(this.tile, pixel[0] - before[0], pixel[1] - before[1]);
    } else if (this.does !== "tap" && this.does !== "over") {
      this.moveTwo(this.tile);
    }
  }

  /** @param {Tile} tile */
  moveTwo(tile) {
    const [x, y] = this.middle();
    const distance = this.distance();
    if (this.does === "two") {
      if (Math.abs(distance - this.apart) > 2 * SLOP) {
        this.does = "zoom";
      } else if (Math.abs(y - this.from[1]) > SLOP) {
        this.does = "slice";
      } else {
        return;
      }
    }
    if (this.does === "zoom") {
      this.stage.zoomAt(tile, [x, y], distance / this.apart);
      this.stage.pan(tile, x - this.from[0], y - this.from[1]);
      this.apart = distance;
    } else {
      this.rest += this.from[1] - y;
      const by = Math.trunc(this.rest / SLICE_STEP);
      this.rest -= by * SLICE_STEP;
      if (by !== 0) {
        this.stage.slice(tile, by);
      }
    }
    this.from = [x, y];
  }

  /**
   * Take a finger away. What is left of two does nothing more: it would jump.
   * @param {number} id
   * @returns {Pixel | null} where it tapped
   */
  lift(id) {
    const pixel = this.down.get(id);
    if (!pixel) {
      return null;
    }
    this.down.delete(id);
    const tapped = this.does === "tap" && this.down.size === 0 ? pixel : null;
    this.does = "over";
    return tapped;
  }

  /** Forget all fingers: something else has taken the stage. */
  cancel() {
    this.down.clear();
    this.does = "over";
  }

  /** @returns {Pixel} */
  middle() {
    const [one = [0, 0], other = one] = this.down.values();
    return [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
  }

  /** @returns {number} */
  distance() {
    const [one = [0, 0], other = one] = this.down.values();
    return Math.max(1, away(one, other));
  }
}

/**
 * @param {Readonly<Pixel>} one
 * @param {Readonly<Pixel>} other
 * @returns {number}
 */
function away(one, other) {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}
