/** Draw and erase with a round brush: mouse or pen, alone or within a range of intensities. */

/** @import {At, Tool} from "../viewer/drags.js" */
/** @import {Triple} from "../types.js" */
/** @import {Drawing} from "./drawing.js" */

import { mmPerPixel, planeOf } from "../viewer/geometry.js";
import { strokeCells } from "./brush.js";
import { rangeOf } from "./intensities.js";
import { placeOf } from "./orientation.js";

/** `buttons` of a pen that is held upside down. */
const PEN_ERASER = 32;

/** @implements {Tool} */
export class BrushTool {
  /**
   * @param {Drawing} drawing
   * @param {"brush" | "eraser" | "thresholdBrush"} name
   */
  constructor(drawing, name) {
    this.drawing = drawing;
    this.name = name;
    /** Where the stroke is. @type {Triple | null} */
    this.last = null;
    /** @type {0 | 1} */
    this.value = 1;
    /** Where the pointer rests. @type {At | null} */
    this.at = null;
  }

  /** A finger draws dots only where there is no pen: the hand that holds one rests on the glass. */
  get taps() {
    return !this.drawing.hasPen;
  }

  /**
   * @param {At} at
   * @param {PointerEvent} event
   */
  down(at, event) {
    const { mask } = this.drawing;
    if (!mask || !this.drawing.isOpen()) {
      return;
    }
    this.drawing.notice(event);
    if (this.name === "thresholdBrush" && (event.ctrlKey || event.metaKey)) {
      this.sample(at);
      return;
    }
    const erases = this.name === "eraser" || event.shiftKey || (event.buttons & PEN_ERASER) !== 0;
    this.value = erases ? 0 : 1;
    this.last = at.point;
    mask.begin(erases ? "eraser" : this.name);
    this.stroke([at]);
  }

  /**
   * @param {At} at
   * @param {PointerEvent} event
   */
  move(at, event) {
    if (this.last) {
      this.stroke(this.wayOf(at, event));
    }
  }

  up() {
    if (this.last) {
      this.last = null;
      this.drawing.finish();
    }
  }

  cancel() {
    this.last = null;
    this.drawing.mask?.cancel();
    this.drawing.paint();
  }

  /** @param {At | null} at */
  hover(at) {
    this.at = at;
    this.drawn();
  }

  /** Show the brush's outline where the pointer is. */
  drawn() {
    const { at, drawing } = this;
    if (!at) {
      drawing.cursor.hide();
      return;
    }
    const pixels = drawing.settings.sizeMm / mmPerPixel(at.tile, drawing.stage.camera.view);
    drawing.cursor.showBrush(at.tile, at.pixel, pixels, this.name);
  }

  /**
   * Draw along some places.
   * @param {readonly At[]} places
   */
  stroke(places) {
    const { mask } = this.drawing;
    if (!mask) {
      return;
    }
    const { values, settings, range } = this.drawing;
    const limits = this.name === "thresholdBrush" && range ? range : [-Infinity, Infinity];
    const [low = 0, high = 0] = limits;
    let n = 0;
    for (const at of places) {
      strokeCells(mask.lattice, this.way(this.last ?? at.point, at, settings), (x, y, z) => {
        n += 1;
        const value = values[placeOf(mask.lattice, x, y, z)] ?? NaN;
        if (value >= low && value <= high) {
          mask.put(x, y, z, this.value);
        }
      });
      this.last = at.point;
    }
    this.drawing.paint();
    if (n === 0) {
      this.drawing.tell("Drawing ends at the border of the close-up.");
    }
  }

  /**
   * Give all places that the pointer went through since the last event: a pen tells of many at once.
   * @param {At} at
   * @param {PointerEvent} event
   * @returns {At[]}
   */
  wayOf(at, event) {
    const between = event.getCoalescedEvents?.() ?? [];
    return between.length < 2
      ? [at]
      : between.map(({ clientX, clientY }) =>
          this.drawing.stage.at(at.tile, [at.pixel[0] + clientX - event.clientX, at.pixel[1] + clientY - event.clientY]),
        );
  }

  /**
   * @param {Triple} from
   * @param {At} at
   * @param {{sizeMm: number, ball: boolean}} settings
   */
  way(from, at, { sizeMm, ball }) {
    return { from, to: at.point, radiusMm: sizeMm / 2, depth: ball ? null : planeOf(at.tile.plane).depth };
  }

  /**
   * Take the range from the voxels under the brush.
   * @param {At} at
   */
  sample(at) {
    const { mask, settings, values } = this.drawing;
    if (!mask) {
      return;
    }
    /** @type {number[]} */
    const places = [];
    strokeCells(mask.lattice, this.way(at.point, at, settings), (...cell) => places.push(placeOf(mask.lattice, ...cell)));
    this.drawing.setRange(rangeOf(values, places));
  }
}
