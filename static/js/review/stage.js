/** Hold what the rater looks at: which ROI, which slices, how near; and draw it once a frame. */

/** @import {Tile, View} from "./geometry.js" */
/** @import {Command} from "./keys.js" */
/** @import {Triple} from "./types.js" */
/** @import {Viewer, Volume} from "./viewer.js" */

import * as geometry from "./geometry.js";
import { Overlay } from "./overlay.js";

/** Extent of the first look at an ROI in mm: a little less than a crop of 64 mm has. */
export const FIRST_EXTENT_MM = 60;
/** What A and D step through: the outline fainter, as it is, and with more and more fill. */
const OPACITIES = [
  { rim: 0.25, fill: 0 },
  { rim: 0.55, fill: 0 },
  { rim: 1, fill: 0 },
  { rim: 1, fill: 0.15 },
  { rim: 1, fill: 0.3 },
  { rim: 1, fill: 0.5 },
];
const OUTLINE_ONLY = 2;

/**
 * @typedef {object} Shown an ROI ready to be shown
 * @property {Volume} crop
 * @property {Volume} mask
 * @property {Triple} offset of the crop on the scan's grid
 * @property {Triple} focusMm RAS
 * @property {[number, number]} range intensities that are black and white
 */

/** The three planes and what steers them. */
export class Stage {
  /**
   * @param {HTMLElement} root holds canvas and overlay
   * @param {HTMLElement} overlay
   * @param {Viewer} viewer
   * @param {{radiological: boolean, onLeaveCrop: () => void}} options
   */
  constructor(root, overlay, viewer, { radiological, onLeaveCrop }) {
    this.root = root;
    this.viewer = viewer;
    this.overlay = new Overlay(overlay);
    this.onLeaveCrop = onLeaveCrop;
    this.large = 0;
    this.active = 0;
    this.outline = true;
    this.marks = true;
    this.level = OUTLINE_ONLY;
    /** @type {Tile[]} */
    this.tiles = [];
    /** @type {View} */
    this.view = { centre: [0, 0, 0], extentMm: FIRST_EXTENT_MM, radiological };
    /** @type {Triple} */
    this.point = [0, 0, 0];
    /** @type {Triple} */
    this.focus = [0, 0, 0];
    /** @type {Shown | null} */
    this.shown = null;
    this.whole = false;
    /** Whether the whole scan is to fill the planes. */
    this.fitted = false;
    this.frame = 0;
    new ResizeObserver(() => this.resize()).observe(root);
  }

  /**
   * Show an ROI at once, with the crosshair on it.
   * @param {Shown} roi
   */
  show(roi) {
    this.viewer.show(roi.crop, roi.mask, roi.range);
    this.shown = roi;
    this.whole = false;
    this.focus = this.viewer.fromWorld(roi.focusMm);
    this.resetView();
    this.resize();
    this.draw();
  }

  /**
   * Put the whole scan behind the ROI; nothing on the screen moves.
   * @param {Volume} scan
   */
  showWhole(scan) {
    if (this.shown && !this.whole) {
      this.viewer.showWhole(scan, this.shown.mask, this.shown.offset, this.shown.range);
      this.whole = true;
      if (this.fitted) {
        this.fitWhole();
      }
      this.draw();
    }
  }

  /** Back to the first look: near, crosshair on the ROI. */
  resetView() {
    this.fitted = false;
    this.view.extentMm = FIRST_EXTENT_MM;
    this.view.centre = [...this.focus];
    this.point = [...this.focus];
  }

  /** Fit the tiles to the room that there is. */
  resize() {
    const { clientWidth: width, clientHeight: height } = this.root;
    if (width > 0 && height > 0 && this.shown) {
      this.tiles = geometry.layOut(width, height, this.large);
      this.viewer.setTiles(this.tiles, width, height);
      this.draw();
    }
  }

  /**
   * Do what a key asks for.
   * @param {Command} command
   * @returns {boolean} whether it was for the stage
   */
  command(command) {
    if (!this.shown) {
      return false;
    }
    switch (command.name) {
      case "step":
        this.step(command.right, command.up);
        break;
      case "slice":
        this.slice(this.active, command.by);
        break;
      case "contour":
        this.outline = !this.outline;
        break;
      case "opacity":
        this.outline = true;
        this.level = Math.min(OPACITIES.length - 1, Math.max(0, this.level + command.by));
        break;
      case "crosshair":
        this.marks = !this.marks;
        break;
      case "centre":
        this.point = [...this.focus];
        this.view.centre = [...this.focus];
        break;
      case "fit":
        this.fit();
        break;
      case "layout":
        this.large = (this.large + 1) % 3;
        this.active = this.large;
        this.resize();
        break;
      default:
        return false;
    }
    this.redraw();
    return true;
  }

  /**
   * Move the crosshair to a pixel of a tile.
   * @param {Tile} tile
   * @param {readonly [number, number]} pixel
   */
  pick(tile, pixel) {
    this.active = tile.plane;
    this.moveTo(geometry.toPoint(tile, this.view, pixel, this.point));
  }

  /**
   * Move the crosshair by voxels on the plane that was used last.
   * @param {number} right
   * @param {number} up
   */
  step(right, up) {
    const plane = geometry.planeOf(this.active);
    const { voxel } = this.viewer.ortho();
    /** @type {Triple} */
    const to = [...this.point];
    to[plane.across] += right * voxel[plane.across] * geometry.direction(this.active, this.view.radiological);
    to[plane.up] += up * voxel[plane.up];
    this.moveTo(to);
  }

  /**
   * Go through the slices of a plane.
   * @param {number} plane
   * @param {number} by
   */
  slice(plane, by) {
    const { depth } = geometry.planeOf(plane);
    /** @type {Triple} */
    const to = [...this.point];
    to[depth] += by * this.viewer.ortho().voxel[depth];
    this.moveTo(to);
  }

  /**
   * Put the crosshair into the middle of the voxel at a point, inside of the volume.
   * @param {Triple} to
   */
  moveTo(to) {
    const { min, max, size: extent, voxel } = this.viewer.ortho();
    if (!this.whole && to.some((value, axis) => value < (min[axis] ?? 0) || value >= (max[axis] ?? 0))) {
      this.onLeaveCrop();
    }
    this.point = /** @type {Triple} */ (
      to.map((value, axis) => {
        const size = voxel[axis] ?? 1;
        const n = Math.round((extent[axis] ?? size) / size);
        const index = Math.floor((value - (min[axis] ?? 0)) / size);
        return (min[axis] ?? 0) + (Math.min(n - 1, Math.max(0, index)) + 0.5) * size;
      })
    );
    this.follow();
    this.redraw();
  }

  /**
   * Zoom; above 1 comes nearer.
   * @param {number} factor
   */
  zoom(factor) {
    this.fitted = false;
    const [least = 1, most = 1] = geometry.EXTENT_RANGE_MM;
    this.view.extentMm = Math.min(most, Math.max(least, this.view.extentMm / factor));
    this.lookOutside();
    this.redraw();
  }

  /**
   * Move the picture under the mouse.
   * @param {Tile} tile
   * @param {number} dx pixels
   * @param {number} dy
   */
  pan(tile, dx, dy) {
    const { across, up } = geometry.planeOf(tile.plane);
    const scale = geometry.mmPerPixel(tile, this.view);
    this.view.centre[across] -= dx * scale * geometry.direction(tile.plane, this.view.radiological);
    this.view.centre[up] += dy * scale;
    this.lookOutside();
    this.redraw();
  }

  /** Ask for the whole scan where the crop doesn't fill the tiles any more. */
  lookOutside() {
    if (!this.whole && !geometry.isInside(this.tiles, this.view, this.viewer.ortho())) {
      this.onLeaveCrop();
    }
  }

  /** Show the whole scan, as soon as it is there; from there the first look again. */
  fit() {
    if (this.fitted) {
      this.resetView();
      return;
    }
    this.fitted = true;
    if (this.whole) {
      this.fitWhole();
    } else {
      this.onLeaveCrop();
    }
  }

  fitWhole() {
    const { min, max, size } = this.viewer.ortho();
    this.view.extentMm = Math.max(...size);
    this.view.centre = [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2];
  }

  /** Keep the crosshair on the screen. */
  follow() {
    for (const tile of this.tiles) {
      const pixel = geometry.toPixel(tile, this.view, this.point);
      if (geometry.tileAt([tile], pixel) === undefined) {
        const { across, up } = geometry.planeOf(tile.plane);
        this.view.centre[across] = this.point[across];
        this.view.centre[up] = this.point[up];
        this.lookOutside();
      }
    }
  }

  /** Draw with the next frame. */
  redraw() {
    if (this.frame === 0) {
      this.frame = requestAnimationFrame(() => this.draw());
    }
  }

  /** Draw now. */
  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (!this.shown || this.tiles.length === 0) {
      return;
    }
    const { viewer, view, point } = this;
    viewer.view = view;
    viewer.setSlices(point);
    viewer.setOpacity(this.outline ? (OPACITIES[this.level] ?? { rim: 1, fill: 0 }) : { rim: 0, fill: 0 });
    viewer.draw();
    this.overlay.showMarks(this.marks);
    this.overlay.update(this.tiles, view, point, { world: viewer.toWorld(point), value: viewer.valueAt(point) });
  }
}
