/** Do what a key or a button of the drawing asks for. */

/** @import {Command} from "../keys/keys.js" */
/** @import {Drawing} from "./drawing.js" */

import { planeOf } from "../viewer/geometry.js";
import { fillHoles } from "./holes.js";
import { interpolate } from "./interpolation.js";
import { sizeAfter } from "./sizes.js";
import { copySlice } from "./slices.js";

/**
 * @param {Drawing} drawing
 * @param {Command} command
 * @returns {boolean} whether it was for the drawing
 */
export function runDrawing(drawing, command) {
  if (!drawing.on) {
    return false;
  }
  const taken = handle(drawing, command) || (drawing.isOpen() && edit(drawing, command));
  if (taken) {
    drawing.show();
  }
  return taken;
}

/**
 * Commands that change the hand, not the mask.
 * @param {Drawing} drawing
 * @param {Command} command
 * @returns {boolean}
 */
function handle(drawing, command) {
  const { settings, hand } = drawing;
  const { polygon } = hand;
  switch (command.name) {
    case "brush":
    case "eraser":
    case "polygon":
    case "thresholdBrush":
      hand.put(hand.current === command.name ? null : command.name);
      return true;
    case "brush3d":
      settings.ball = !settings.ball;
      return true;
    case "brushSize":
      drawing.setSize(sizeAfter(settings.sizeMm, command.by));
      return true;
    case "original":
      settings.original = !settings.original;
      drawing.display();
      return true;
    case "measure":
    case "navigate":
      hand.put(null);
      return false;
    case "save":
      return polygon.isDrawing && (polygon.close(), true);
    case "back":
      return polygon.isDrawing && (polygon.back(), true);
    case "leave":
      if (polygon.isDrawing) {
        polygon.leave();
        return true;
      }
      hand.put(null);
      return false;
    default:
      return false;
  }
}

/**
 * Commands that change the mask.
 * @param {Drawing} drawing
 * @param {Command} command
 * @returns {boolean}
 */
function edit(drawing, command) {
  const { mask } = drawing;
  if (!mask) {
    return false;
  }
  drawing.words = "";
  drawing.stage.interrupt();
  switch (command.name) {
    case "undo":
      tellUnless(drawing, mask.undo(), "There is nothing to undo.");
      break;
    case "redo":
      tellUnless(drawing, mask.redo(), "There is nothing to do again.");
      break;
    case "clearMask":
      mask.replace("clearMask", new Uint8Array(mask.voxels.length));
      break;
    case "resetMask":
      mask.replace("resetMask", mask.original);
      break;
    case "fillHoles":
      fill(drawing);
      break;
    case "interpolate":
      fillBetween(drawing);
      break;
    case "copySlice":
      copy(drawing, command.by);
      break;
    default:
      return false;
  }
  const changed = mask.changed !== null;
  drawing.paint();
  if (changed) {
    drawing.keep();
  }
  return true;
}

/** @param {Drawing} drawing */
function fill(drawing) {
  const { mask, stage, settings } = drawing;
  const { depth, name } = planeOf(stage.camera.active);
  const on = settings.ball ? null : { depth, slice: drawing.sliceAt(depth) };
  if (mask) {
    tellUnless(drawing, fillHoles(mask, on), on ? `There is no hole on this ${name} slice.` : "There is no closed hole.");
  }
}

/** @param {Drawing} drawing */
function fillBetween(drawing) {
  const plane = planeOf(drawing.stage.camera.active);
  const n = drawing.mask ? interpolate(drawing.mask, plane) : 0;
  drawing.tell(
    n > 0
      ? `${n} ${plane.name} ${n === 1 ? "slice" : "slices"} drawn between drawn ones.`
      : `There is no empty ${plane.name} slice between drawn ones.`,
  );
}

/**
 * Copy the slice on the plane that was used last, and go where it went.
 * @param {Drawing} drawing
 * @param {number} by
 */
function copy(drawing, by) {
  const { mask, stage } = drawing;
  const { depth } = planeOf(stage.camera.active);
  const slice = drawing.sliceAt(depth);
  const to = slice + by;
  if (mask && slice >= 0 && to >= 0 && Math.max(slice, to) < mask.lattice.dims[depth]) {
    copySlice(mask, depth, slice, by);
    stage.camera.slice(stage.camera.active, by);
  } else {
    drawing.tell("The close-up ends here: there is no slice to copy to.");
  }
}

/**
 * @param {Drawing} drawing
 * @param {boolean} done
 * @param {string} words
 */
function tellUnless(drawing, done, words) {
  if (!done) {
    drawing.tell(words);
  }
}
