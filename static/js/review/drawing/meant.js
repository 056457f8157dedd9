/** Ask before a mask is saved that nobody can have meant. */

/** @import {Page} from "../page.js" */
/** @import {Drawing} from "./drawing.js" */

import { el } from "../elements.js";
import { isEmptyByChance } from "./correction.js";
import { sharesVoxel } from "./slices.js";

/**
 * Say whether the mask is meant as it is: an empty one is asked about, one beside the lesion refused.
 * @param {Drawing} drawing
 * @param {Page} page
 * @param {() => void} save what to do once it is confirmed
 * @returns {boolean}
 */
export function isMeant({ on, mask, work, change }, page, save) {
  const { correction } = work.draft;
  if (!on || !mask || !correction) {
    return true;
  }
  if (isEmptyByChance(correction)) {
    const confirm = () => {
      page.tell("");
      change({ correction: { ...correction, confirmed: ["empty"] } });
      save();
    };
    const button = el("button", { type: "button", class: "button button-small", click: confirm }, "Save it empty");
    page.tell("Nothing is left of the mask. Save an empty mask? ", button);
    button.focus();
    return false;
  }
  if (mask.n > 0 && !sharesVoxel(mask.voxels, mask.original)) {
    page.tell("The redrawn mask lies off the lesion that was shown: it shares no voxel with it. Undo, reset, or draw on the lesion.");
    return false;
  }
  return true;
}
