/** Fetch and decode one ROI: the assignment, its crop and its mask. */

/** @import {Api} from "../saving/api.js" */
/** @import {Shown} from "./stage.js" */
/** @import {Assignment} from "../types.js" */
/** @import {Viewer} from "./viewer.js" */

import { robustWindow } from "./grid.js";

/** @typedef {{assignment: Assignment, shown: Shown}} Roi */

/** Loads ROIs; those of one scan share the intensities that are black and white. */
export class RoiLoader {
  /**
   * @param {Api} api
   * @param {Viewer} viewer
   */
  constructor(api, viewer) {
    this.api = api;
    this.viewer = viewer;
    /** @type {Map<string, [number, number]>} by the scan's address */
    this.ranges = new Map();
  }

  /**
   * @param {string} id
   * @returns {Promise<Roi>}
   */
  async load(id) {
    const assignment = await this.api.assignment(id);
    const [crop, mask] = await Promise.all([
      this.api.volume(assignment.crop.url).then((bytes) => this.viewer.decode(bytes)),
      this.api.volume(assignment.mask.url).then((bytes) => this.viewer.decode(bytes)),
    ]);
    const range = this.ranges.get(assignment.scan.url) ?? autoRange(crop.image);
    this.ranges.set(assignment.scan.url, range);
    const shown = {
      crop,
      mask,
      range,
      offset: assignment.crop.offset_ijk,
      focusMm: assignment.focus_mm,
    };
    return { assignment, shown };
  }

  /**
   * Keep another range for the ROIs of a scan.
   * @param {Roi} roi
   * @param {[number, number]} range
   */
  keepRange(roi, range) {
    roi.shown.range = range;
    this.ranges.set(roi.assignment.scan.url, range);
  }
}

/**
 * Choose black and white from an image's own intensities, in scaled units.
 * @param {Shown["crop"]["image"]} image
 * @param {{low?: number, high?: number}} [shares]
 * @returns {[number, number]}
 */
export function autoRange(image, shares) {
  const slope = image.hdr?.scl_slope || 1;
  const inter = image.hdr?.scl_slope ? (image.hdr.scl_inter ?? 0) : 0;
  const [low, high] = robustWindow(/** @type {ArrayLike<number>} */ (image.img ?? []), shares);
  return [low * slope + inter, high * slope + inter];
}
