/** Do on the planes what mouse, pen and fingers ask for. */

/** @import {At, Tool} from "./drags.js" */
/** @import {Tile} from "./geometry.js" */
/** @import {Stage} from "./stage.js" */

/** What drags act on: the stage's camera, and the tool in the hand. */
export class Steering {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
  }

  /** @returns {Tool | null} */
  get tool() {
    return this.stage.tool;
  }

  /** @returns {Tool} */
  get windowTool() {
    return this.stage.windowTool;
  }

  /**
   * @param {Tile} tile
   * @param {[number, number]} pixel
   * @returns {At}
   */
  at(tile, pixel) {
    return this.stage.at(tile, pixel);
  }

  /**
   * @param {Tile} tile
   * @param {[number, number]} pixel
   */
  pick(tile, pixel) {
    this.stage.camera.pick(tile, pixel);
  }

  /**
   * @param {Tile} tile
   * @param {number} dx pixels
   * @param {number} dy
   */
  pan(tile, dx, dy) {
    this.stage.camera.pan(tile, dx, dy);
  }

  /** @param {number} factor */
  zoom(factor) {
    this.stage.camera.zoom(factor);
  }

  /**
   * @param {Tile} tile
   * @param {[number, number]} pixel
   * @param {number} factor
   */
  zoomAt(tile, pixel, factor) {
    this.stage.camera.zoomAt(tile, pixel, factor);
  }

  /**
   * @param {Tile} tile
   * @param {number} by
   */
  slice(tile, by) {
    this.stage.camera.slice(tile.plane, by);
  }

  /**
   * A finger tapped: the crosshair goes there, or the tool takes it.
   * @param {Tile} tile
   * @param {[number, number]} pixel
   * @param {PointerEvent} event
   */
  tap(tile, pixel, event) {
    if (this.tool?.taps) {
      this.tool.down(this.at(tile, pixel), event);
      this.tool.up(this.at(tile, pixel), event);
    } else {
      this.pick(tile, pixel);
    }
  }

  /**
   * The pointer moves over the stage; null: it left.
   * @param {At | null} at
   */
  hover(at) {
    const { stage } = this;
    stage.overlay.showCursor(at && stage.shown ? stage.under(at.point) : null);
    this.tool?.hover?.(at);
  }
}
