/** Change the window by dragging over the planes: to the right wider, down darker. */

/** @import {At} from "./drags.js" */
/** @import {Stage} from "./stage.js" */

import { dragged } from "./window.js";

/** The tool behind the window key, and behind Shift with the right button. */
export class WindowTool {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.name = "window";
    /** @type {[number, number]} */
    this.pixel = [0, 0];
  }

  /** @param {At} at */
  down(at) {
    this.pixel = at.pixel;
  }

  /** @param {At} at */
  move({ pixel }) {
    const { shown } = this.stage;
    if (shown) {
      const [dx, dy] = [pixel[0] - this.pixel[0], pixel[1] - this.pixel[1]];
      this.stage.setRange(dragged(this.stage.range(), dx, dy, shown.contrast.limits));
    }
    this.pixel = pixel;
  }

  up() {}

  cancel() {}
}
