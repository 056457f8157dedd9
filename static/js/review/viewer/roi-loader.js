/** Fetch one ROI: the assignment first, so that the form is there, then its crop and its mask. */

/** @import {Api} from "../saving/api.js" */
/** @import {Volume} from "./decoding.js" */
/** @import {Shown} from "./stage.js" */
/** @import {Assignment} from "../types.js" */
/** @import {Windows} from "./windows.js" */

import { checkSameGrid } from "./grid.js";
import { contrastOf } from "./window.js";

/**
 * @typedef {object} Roi
 * @property {Assignment} assignment
 * @property {Shown | null} shown once it is there
 * @property {Promise<Shown>} images on their way
 */

/** Loads ROIs; those of one scan share the intensities that are black and white. */
export class RoiLoader {
  /**
   * @param {Api} api
   * @param {(bytes: ArrayBuffer) => Promise<Volume>} decode
   * @param {Windows} windows
   */
  constructor(api, decode, windows) {
    this.api = api;
    this.decode = decode;
    this.windows = windows;
  }

  /**
   * @param {string} id
   * @returns {Promise<Roi>} with its images under way
   */
  async load(id) {
    const assignment = await this.api.assignment(id);
    /** @type {Roi} */
    const roi = { assignment, shown: null, images: new Promise(() => {}) };
    this.fetchImages(roi);
    return roi;
  }

  /**
   * Fetch crop and mask, again where that went wrong.
   * @param {Roi} roi
   * @param {{again?: boolean}} [options] `again`: half a file may lie in the browser's cache, go past it
   * @returns {Promise<Shown>}
   */
  fetchImages(roi, { again = false } = {}) {
    roi.images = this.images(roi.assignment, again ? "reload" : "default").then((shown) => (roi.shown = shown));
    roi.images.catch(() => undefined); // told when someone wants to see it
    return roi.images;
  }

  /**
   * @param {Assignment} assignment
   * @param {RequestCache} cache
   * @returns {Promise<Shown>}
   */
  async images({ id, crop, mask, scan, focus_mm }, cache) {
    const [image, drawn] = await Promise.all(
      [crop.url, mask.url].map((url) => this.api.volume(url, { cache }).then(this.decode)),
    );
    if (!image || !drawn) {
      throw new Error("expected crop and mask");
    }
    checkSameGrid(image, drawn);
    const contrast = contrastOf(/** @type {Int16Array} */ (image.image.img));
    this.windows.offer(scan.url, contrast.wide);
    return { id, crop: image, mask: drawn, contrast, scanUrl: scan.url, offset: crop.offset_ijk, focusMm: focus_mm };
  }
}
