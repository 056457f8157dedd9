/** Do on the stage what a key or a button asks for. */

/** @import {Command} from "../keys/keys.js" */
/** @import {Stage} from "./stage.js" */

import { nextLayout } from "./layouts.js";
import { sameRange } from "./window.js";

/** What a key's step of zoom makes larger or smaller. */
const ZOOM_STEP = 1.25;

/**
 * @param {Stage} stage with an ROI on it
 * @param {Command} command
 * @returns {boolean} whether it was for the stage
 */
export function runOnStage(stage, command) {
  return look(stage, command) || mask(stage, command) || contrast(stage, command) || tools(stage, command);
}

/**
 * @param {Stage} stage
 * @param {Command} command
 * @returns {boolean}
 */
function look(stage, command) {
  const { camera } = stage;
  switch (command.name) {
    case "step":
      camera.step(command.right, command.up);
      return true;
    case "slice":
      camera.slice(camera.active, command.by);
      return true;
    case "zoom":
      camera.zoom(ZOOM_STEP ** command.by);
      return true;
    case "centre":
      camera.centre();
      return true;
    case "fit":
      stage.fit();
      return true;
    case "layout":
      stage.arrange(nextLayout(stage.layout, camera.active));
      return true;
    default:
      return false;
  }
}

/**
 * @param {Stage} stage
 * @param {Command} command
 * @returns {boolean}
 */
function mask({ display }, command) {
  switch (command.name) {
    case "contour":
      display.toggle();
      return true;
    case "display":
      display.cycle();
      return true;
    case "opacity":
      display.strengthen(command.by);
      return true;
    default:
      return false;
  }
}

/**
 * @param {Stage} stage
 * @param {Command} command
 * @returns {boolean}
 */
function contrast(stage, command) {
  const { shown } = stage;
  if (command.name === "contrast" && shown) {
    const { wide, narrow } = shown.contrast;
    stage.setRange(sameRange(stage.range(), narrow) ? wide : narrow);
    return true;
  }
  if (command.name === "contrastReset") {
    stage.resetRange();
    return true;
  }
  return false;
}

/**
 * @param {Stage} stage
 * @param {Command} command
 * @returns {boolean}
 */
function tools(stage, command) {
  switch (command.name) {
    case "crosshair":
      stage.marks = !stage.marks;
      return true;
    case "measure":
      stage.take(stage.measure);
      return true;
    case "unmeasure":
      stage.measure.remove();
      return true;
    case "window":
      stage.take(stage.windowTool);
      return true;
    case "navigate":
      stage.take(null);
      return true;
    default:
      return false;
  }
}
