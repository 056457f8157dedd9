/** Fill what a line goes round: corners by clicks, or a freehand line by a drag. */

/** @import {At, Tool} from "../viewer/drags.js" */
/** @import {Triple} from "../types.js" */
/** @import {Drawing} from "./drawing.js" */

import { planeOf, toPixel } from "../viewer/geometry.js";
import { polygonCells } from "./polygon.js";

/** Pixels: nearer than this to the first corner closes; further than that a press is a drag. */
const CLOSE_PIXELS = 8;
const DRAG_PIXELS = 5;
/** Pixels between two points of a freehand line. */
const POINT_PIXELS = 1.5;
/** A second press so soon at the same place closes, in ms. */
const DOUBLE_MS = 350;

/** @implements {Tool} */
export class PolygonTool {
  /** @param {Drawing} drawing */
  constructor(drawing) {
    this.drawing = drawing;
    /** The line, in the view's coordinates. @type {Triple[]} */
    this.points = [];
    /** The plane and slice that it is drawn on. @type {{plane: number, slice: number} | null} */
    this.on = null;
    /** @type {0 | 1} */
    this.value = 1;
    /** @type {{from: number, pixel: [number, number], last: [number, number], far: boolean} | null} */
    this.drag = null;
    this.pressed = { time: -Infinity, pixel: /** @type {[number, number]} */ ([0, 0]) };
    /** @type {At | null} */
    this.at = null;
  }

  get taps() {
    return !this.drawing.hasPen;
  }

  /** Whether a line is begun and not filled yet. */
  get isDrawing() {
    return this.points.length > 0;
  }

  /**
   * @param {At} at
   * @param {PointerEvent} event
   */
  down(at, event) {
    if (!this.drawing.mask || !this.drawing.isOpen()) {
      return;
    }
    this.drawing.notice(event);
    const again = event.timeStamp - this.pressed.time < DOUBLE_MS && near(at.pixel, this.pressed.pixel, DRAG_PIXELS);
    this.pressed = { time: event.timeStamp, pixel: at.pixel };
    if (this.isOn(at) && this.points.length > 2 && (again || this.isAtStart(at))) {
      this.close();
      return;
    }
    if (!this.isOn(at)) {
      this.points = [];
      this.on = { plane: at.tile.plane, slice: this.drawing.sliceAt(planeOf(at.tile.plane).depth) };
      this.value = event.shiftKey ? 0 : 1;
    }
    this.drag = { from: this.points.length, pixel: at.pixel, last: at.pixel, far: false };
    this.points.push(at.point);
    this.hover(at);
  }

  /** @param {At} at */
  move(at) {
    const { drag } = this;
    if (drag && !near(at.pixel, drag.last, POINT_PIXELS)) {
      drag.last = at.pixel;
      drag.far ||= !near(at.pixel, drag.pixel, DRAG_PIXELS);
      this.points.push(at.point);
    }
    this.hover(at);
  }

  up() {
    const { drag } = this;
    this.drag = null;
    if (drag && !drag.far) {
      this.points.length = drag.from + 1; // a click that shook
    } else if (drag?.from === 0) {
      this.close();
    }
    this.drawn();
  }

  cancel() {
    this.points.length = Math.min(this.points.length, this.drag?.from ?? 0);
    this.drag = null;
    this.drawn();
  }

  /** @param {At | null} at */
  hover(at) {
    this.at = at;
    this.drawn();
  }

  /** Show the line and the way to the pointer, on its own slice. */
  drawn() {
    const { drawing, on, at } = this;
    const { tiles, view } = drawing.stage.camera;
    const tile = tiles.find((one) => one.plane === on?.plane);
    if (!this.isDrawing || !on || !tile || drawing.sliceAt(planeOf(on.plane).depth) !== on.slice) {
      drawing.cursor.hide();
      return;
    }
    const line = this.points.map((point) => toPixel(tile, view, point));
    const next = at && at.tile.plane === on.plane ? [at.pixel] : [];
    drawing.cursor.showLine(tile, [...line, ...next]);
  }

  /** Fill what the line goes round. */
  close() {
    const { on, points, drawing, value } = this;
    this.leave();
    const { mask } = drawing;
    if (!on || !mask || points.length < 3) {
      return;
    }
    mask.begin("polygon");
    polygonCells(mask.lattice, planeOf(on.plane), on.slice, points, (x, y, z) => mask.put(x, y, z, value));
    drawing.paint();
    drawing.finish();
  }

  /** Take the last corner back. */
  back() {
    this.points.pop();
    this.drawn();
  }

  /** Forget the line. */
  leave() {
    this.points = [];
    this.on = null;
    this.drag = null;
    this.drawing.cursor.hide();
  }

  /**
   * @param {At} at
   * @returns {boolean} whether it lies where the line is drawn
   */
  isOn({ tile }) {
    const { on } = this;
    return this.isDrawing && on?.plane === tile.plane && on.slice === this.drawing.sliceAt(planeOf(tile.plane).depth);
  }

  /**
   * @param {At} at
   * @returns {boolean}
   */
  isAtStart({ tile, pixel }) {
    const [first] = this.points;
    return first !== undefined && near(pixel, toPixel(tile, this.drawing.stage.camera.view, first), CLOSE_PIXELS);
  }
}

/**
 * @param {readonly [number, number]} one
 * @param {readonly [number, number]} other
 * @param {number} pixels
 * @returns {boolean}
 */
function near(one, other, pixels) {
  return Math.hypot(one[0] - other[0], one[1] - other[1]) < pixels;
}
