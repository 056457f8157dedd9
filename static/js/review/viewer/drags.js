/** Turn a drag of mouse or pen into what it does: a tool's work, crosshair, zoom, pan. No DOM. */

/** @import {Tile} from "./geometry.js" */
/** @import {Triple} from "../types.js" */

/** @typedef {{tile: Tile, pixel: [number, number], point: Triple}} At place on the stage; `point` as `toPoint` gives */

/**
 * What takes the left button and the pen while it is set. A finger's taps reach it where `taps` is true.
 * @typedef {object} Tool
 * @property {(at: At, event: PointerEvent) => void} down
 * @property {(at: At, event: PointerEvent) => void} move
 * @property {(at: At, event: PointerEvent) => void} up
 * @property {() => void} cancel the drag is taken away: undo what it began
 * @property {(at: At | null) => void} [hover] the pointer moves with no button down; null: it left
 * @property {() => void} [drawn] the planes were drawn: they may have moved under the pointer
 * @property {boolean} [taps]
 * @property {string} [name] for the style of the pointer
 */

/**
 * @typedef {object} Steered what drags act on
 * @property {Tool | null} tool
 * @property {(tile: Tile, pixel: [number, number]) => void} pick
 * @property {(tile: Tile, dx: number, dy: number) => void} pan
 * @property {(tile: Tile, pixel: [number, number], factor: number) => void} zoomAt
 * @property {(factor: number) => void} zoom
 * @property {(tile: Tile, by: number) => void} slice
 * @property {(tile: Tile, pixel: [number, number]) => At} at
 * @property {Tool} windowTool
 */

/** Pixels of dragging that double the zoom. */
export const DOUBLE_AFTER = 150;
/** The bit of `buttons` that stands for each `button`: left, middle, right, back, forward, eraser. */
const BITS = [1, 4, 2, 8, 16, 32];

/**
 * Say what a button does.
 * @param {{button: number, altKey: boolean, shiftKey: boolean}} event
 * @param {Tool | null} tool
 * @returns {"tool" | "window" | "pick" | "zoom" | "pan"}
 */
export function actionOf({ button, altKey, shiftKey }, tool) {
  if (button === 1 || (button === 0 && altKey)) {
    return "pan";
  }
  if (button === 2) {
    return shiftKey ? "window" : "zoom";
  }
  return tool ? "tool" : "pick";
}

/** One drag of mouse or pen, from the first button to its release. */
export class Drag {
  /**
   * @param {Steered} stage
   * @param {Tile} tile where it began
   * @param {[number, number]} pixel
   * @param {PointerEvent} event
   */
  constructor(stage, tile, pixel, event) {
    this.stage = stage;
    this.tile = tile;
    this.pixel = pixel;
    this.pointer = event.pointerId;
    this.bit = BITS[event.button] ?? 1;
    this.does = actionOf(event, stage.tool);
    this.tool = this.does === "window" ? stage.windowTool : this.does === "tool" ? stage.tool : null;
    if (this.tool) {
      this.tool.down(stage.at(tile, pixel), event);
    } else if (this.does === "pick") {
      stage.pick(tile, pixel);
    }
  }

  /**
   * @param {[number, number]} pixel
   * @param {PointerEvent} event
   */
  move(pixel, event) {
    const [dx, dy] = [pixel[0] - this.pixel[0], pixel[1] - this.pixel[1]];
    this.pixel = pixel;
    if (this.tool) {
      this.tool.move(this.stage.at(this.tile, pixel), event);
    } else if (this.does === "pick") {
      this.stage.pick(this.tile, pixel);
    } else if (this.does === "pan") {
      this.stage.pan(this.tile, dx, dy);
    } else {
      this.stage.zoom(2 ** (-dy / DOUBLE_AFTER));
    }
  }

  /**
   * Say whether the button that began the drag is still down: a second one hides its release.
   * @param {PointerEvent} event
   * @returns {boolean}
   */
  isHeld(event) {
    return (event.buttons & this.bit) !== 0;
  }

  /**
   * @param {[number, number]} pixel
   * @param {PointerEvent} event
   */
  end(pixel, event) {
    this.tool?.up(this.stage.at(this.tile, pixel), event);
  }

  cancel() {
    this.tool?.cancel();
  }
}
