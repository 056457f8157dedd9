/** Redraw the delineation of the ROI on the screen: what tools, keys and toolbar act on. */

/** @import {Draft} from "../answer/answer.js" */
/** @import {Roi} from "../viewer/roi-loader.js" */
/** @import {Stage} from "../viewer/stage.js" */
/** @import {Correction} from "./correction.js" */
/** @import {Range} from "./intensities.js" */
/** @import {Mask} from "./mask.js" */

import { latticeFor } from "../viewer/viewer.js";
import { correctionOf, maskOf, sameMask } from "./correction.js";
import { Cursor } from "./cursor.js";
import { Hand } from "./hand.js";
import { rangeOfMask } from "./intensities.js";
import { LastMasks } from "./last-masks.js";
import { toCells } from "./orientation.js";
import { FIRST_SIZE_MM } from "./sizes.js";
import { reachesBorder } from "./slices.js";

/**
 * @typedef {object} Work what the drawing belongs to
 * @property {Roi | null} roi
 * @property {Draft} draft
 * @property {boolean} locked whether it may not be changed now
 */

/** The mask of the ROI that is open, while its delineation needs correction. */
export class Drawing {
  /**
   * @param {object} parts
   * @param {Stage} parts.stage
   * @param {Work} parts.work
   * @param {(part: Partial<Draft>) => void} parts.change
   * @param {() => void} parts.show the toolbar is to show how things stand
   */
  constructor({ stage, work, change, show }) {
    this.stage = stage;
    this.work = work;
    this.change = change;
    this.show = show;
    this.cursor = new Cursor(stage.root);
    this.hand = new Hand(this);
    this.settings = { sizeMm: FIRST_SIZE_MM, ball: false, original: true };
    this.hasPen = false;
    this.words = "";
    /** @type {Roi | null} */
    this.roi = null;
    /** Whether the mask can be drawn on. */
    this.on = false;
    /** @type {Mask | null} */
    this.mask = null;
    this.masks = new LastMasks();
    /** Intensities of the crop, in the mask's order. @type {ArrayLike<number>} */
    this.values = [];
    /** @type {Range | null} */
    this.range = null;
    /** What the draft was given last. @type {Correction | null | undefined} */
    this.kept = null;
  }

  /** Follow the ROI and its draft: another one was opened, or question 4 was answered. */
  follow() {
    const { roi, draft } = this.work;
    if (roi !== this.roi) {
      this.roi = roi;
      this.mask = null;
      this.range = null;
      this.words = "";
      this.hand.put(null);
    }
    const wasOn = this.on;
    this.on = roi !== null && roi.shown !== null && draft.needsCorrection === true;
    if (roi && this.on && (!this.mask || !sameMask(draft.correction, this.kept))) {
      this.open(roi, draft);
      this.display();
    } else if (wasOn !== this.on) {
      this.display();
    }
    if (!this.on) {
      this.hand.put(null);
    }
    this.show();
  }

  /**
   * Take up the mask of a draft.
   * @param {Roi} roi
   * @param {Draft} draft
   */
  open({ assignment, shown }, { correction }) {
    if (!shown) {
      return; // its image is still on the way
    }
    const original = /** @type {Uint8Array} */ (shown.mask.image.img);
    const lattice = latticeFor(shown.crop);
    this.kept = correction;
    this.values = /** @type {ArrayLike<number>} */ (shown.crop.image.img);
    try {
      this.mask = this.masks.get(assignment.id, correction) ?? maskOf(lattice, original, correction);
    } catch (error) {
      console.error(error);
      this.mask = maskOf(lattice, original, null);
      this.words = "What was drawn here before can't be read. This is the original.";
    }
    this.masks.keep(assignment.id, this.mask);
    this.range = rangeOfMask(this.values, this.mask.original);
    if (reachesBorder(lattice, this.mask.original)) {
      this.words = "The lesion reaches the border of the close-up: drawing ends there.";
    }
  }

  /** Show the mask that counts: the redrawn one, or the original where nothing is to be corrected. */
  display() {
    const { drawing } = this.stage.viewer;
    const { mask } = this;
    if (mask) {
      mask.takeChanged();
      drawing.setOriginal(this.on && this.settings.original ? mask.original : null);
      drawing.setMask(this.on ? mask.voxels : mask.original);
      this.stage.draw();
    }
  }

  /** Put on the screen what changed since the last call. */
  paint() {
    const box = this.mask?.takeChanged();
    if (this.mask && box) {
      this.stage.viewer.drawing.setMask(this.mask.voxels, box);
      this.stage.redraw();
      this.show();
    }
  }

  /** Close a step, and keep the mask with the draft. */
  finish() {
    if (this.mask?.end()) {
      this.keep();
    }
    this.show();
  }

  /** Keep the mask with the draft. */
  keep() {
    if (this.mask) {
      this.kept = correctionOf(this.mask);
      this.change({ correction: this.kept });
    }
  }

  /** @returns {boolean} whether the mask may be changed now */
  isOpen() {
    return this.on && this.mask !== null && !this.work.locked;
  }

  /**
   * Give the slice of the crop that a plane shows.
   * @param {0 | 1 | 2} depth
   * @returns {number} it may lie outside of the crop
   */
  sliceAt(depth) {
    return this.mask ? Math.round(toCells(this.mask.lattice, this.stage.camera.point)[depth]) : -1;
  }

  /** @param {PointerEvent} event */
  notice(event) {
    this.hasPen ||= event.pointerType === "pen";
    this.words = "";
  }

  /** @param {string} words something the rater should know */
  tell(words) {
    if (words !== this.words) {
      this.words = words;
      this.show();
    }
  }

  /** @param {Range | null} range */
  setRange(range) {
    this.range = range ?? this.range;
    this.show();
  }

  /** @param {number} sizeMm */
  setSize(sizeMm) {
    this.settings.sizeMm = sizeMm;
    this.stage.tool?.drawn?.();
    this.show();
  }
}

