/** Show an ROI on three planes as the camera looks at it, and draw it once a frame. */

/** @import {At, Tool} from "./drags.js" */
/** @import {Tile} from "./geometry.js" */
/** @import {Command} from "../keys/keys.js" */
/** @import {Triple} from "../types.js" */
/** @import {Volume} from "./decoding.js" */
/** @import {Viewer} from "./viewer.js" */
/** @import {Contrast, Range} from "./window.js" */
/** @import {Windows} from "./windows.js" */

import { Camera } from "./camera.js";
import { layOut, toPoint } from "./geometry.js";
import { Overlay } from "./overlay.js";
import { sameRange } from "./window.js";

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
 * @property {string} scanUrl stands for the scan: its ROIs share a window
 * @property {Contrast} contrast what the crop's intensities offer
 */

/** The three planes and what steers them. */
export class Stage {
  /**
   * @param {HTMLElement} root holds canvas and overlay
   * @param {HTMLElement} overlay
   * @param {Viewer} viewer
   * @param {{radiological: boolean, windows: Windows, onLeaveCrop: () => void}} options
   */
  constructor(root, overlay, viewer, { radiological, windows, onLeaveCrop }) {
    this.root = root;
    this.windows = windows;
    this.viewer = viewer;
    this.overlay = new Overlay(overlay);
    this.onLeaveCrop = onLeaveCrop;
    this.camera = new Camera({
      radiological,
      box: () => viewer.frame,
      onMove: () => this.redraw(),
      onLeave: () => this.whole || onLeaveCrop(),
    });
    /** What takes the left button and the pen instead of the crosshair. @type {Tool | null} */
    this.tool = null;
    /** Ends the drag that runs; the pointer sets it. */
    this.interrupt = () => {};
    this.large = 0;
    this.outline = true;
    this.marks = true;
    this.level = OUTLINE_ONLY;
    /** @type {Shown | null} */
    this.shown = null;
    this.whole = false;
    this.frame = 0;
    new ResizeObserver(() => this.resize()).observe(root);
  }

  /**
   * Show an ROI at once, with the crosshair on it.
   * @param {Shown} roi
   */
  show(roi) {
    this.interrupt();
    this.viewer.show(roi.crop, roi.mask, this.windows.of(roi.scanUrl));
    this.shown = roi;
    this.whole = false;
    this.camera.lookAt(this.viewer.frame.fromWorld(roi.focusMm));
    this.resize();
    this.draw();
  }

  /**
   * Put the whole scan behind the ROI; nothing on the screen moves.
   * @param {Volume} scan
   */
  showWhole(scan) {
    if (this.shown && !this.whole) {
      this.viewer.showWhole(scan, this.shown.crop, this.shown.offset, this.range());
      this.whole = true;
      if (this.camera.fitted) {
        this.camera.fit();
      }
      this.draw();
    }
  }

  /** Take the ROI away: there is nothing right to show. */
  clear() {
    this.interrupt();
    this.shown = null;
    this.whole = false;
  }

  /** Put everything back on a graphics card that has forgotten it. */
  restore() {
    const { shown, camera } = this;
    if (shown) {
      const { voxels, original } = this.viewer.drawing;
      this.viewer.show(shown.crop, shown.mask, this.range());
      this.viewer.drawing.setMask(voxels);
      this.viewer.drawing.setOriginal(original);
      this.whole = false;
      this.resize();
      camera.look();
      this.draw();
    }
  }

  /** @returns {Range} the intensities that are black and white */
  range() {
    return this.windows.of(this.shown?.scanUrl ?? "");
  }

  /** @param {Range} range */
  setRange(range) {
    if (this.shown) {
      this.windows.choose(this.shown.scanUrl, range);
      this.viewer.setRange(range);
      this.redraw();
    }
  }

  /** Fit the tiles to the room that there is. */
  resize() {
    const { clientWidth: width, clientHeight: height } = this.root;
    if (width > 0 && height > 0 && this.shown) {
      this.camera.tiles = layOut(width, height, this.large);
      this.viewer.setTiles(this.camera.tiles, width, height);
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
        this.camera.step(command.right, command.up);
        break;
      case "slice":
        this.camera.slice(this.camera.active, command.by);
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
        this.camera.centre();
        break;
      case "contrast":
        this.autoContrast();
        break;
      case "fit":
        this.fit();
        break;
      case "layout":
        this.large = (this.large + 1) % 3;
        this.camera.active = this.large;
        this.resize();
        break;
      default:
        return false;
    }
    this.redraw();
    return true;
  }

  /**
   * Give the place of a pixel, at the depth of the crosshair; it may lie beyond the tile.
   * @param {Tile} tile
   * @param {[number, number]} pixel
   * @returns {At}
   */
  at(tile, pixel) {
    return { tile, pixel, point: toPoint(tile, this.camera.view, pixel, this.camera.point) };
  }

  /**
   * @param {Tile} tile
   * @param {[number, number]} pixel
   */
  pick(tile, pixel) {
    this.camera.pick(tile, pixel);
  }

  /**
   * @param {Tile} tile
   * @param {number} dx pixels
   * @param {number} dy
   */
  pan(tile, dx, dy) {
    this.camera.pan(tile, dx, dy);
  }

  /** @param {number} factor */
  zoom(factor) {
    this.camera.zoom(factor);
  }

  /**
   * @param {Tile} tile
   * @param {[number, number]} pixel
   * @param {number} factor
   */
  zoomAt(tile, pixel, factor) {
    this.camera.zoomAt(tile, pixel, factor);
  }

  /**
   * @param {Tile} tile
   * @param {number} by
   */
  slice(tile, by) {
    this.camera.slice(tile.plane, by);
  }

  /**
   * A finger tapped: the crosshair goes there, or the tool takes it.
   * @param {Tile} tile
   * @param {[number, number]} pixel
   * @param {PointerEvent} event
   */
  tap(tile, pixel, event) {
    if (this.tool?.taps) {
      this.tool.down(this.at(tile, pixel), event);
      this.tool.up(this.at(tile, pixel), event);
    } else {
      this.pick(tile, pixel);
    }
  }

  /**
   * The pointer moves over the stage; null: it left.
   * @param {At | null} at
   */
  hover(at) {
    this.tool?.hover?.(at);
  }

  /** Choose black and white from the crop's own intensities; the next press takes the other choice. */
  autoContrast() {
    if (this.shown) {
      const { wide, narrow } = this.shown.contrast;
      this.setRange(sameRange(this.range(), narrow) ? wide : narrow);
    }
  }

  /** Show the whole scan, as soon as it is there; from there the first look again. */
  fit() {
    const { camera } = this;
    if (camera.fitted) {
      camera.lookAt(camera.focus);
    } else if (this.whole) {
      camera.fit();
    } else {
      camera.fitted = true;
      this.onLeaveCrop();
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
    const { viewer } = this;
    const { tiles, view, point } = this.camera;
    if (!this.shown || tiles.length === 0) {
      return;
    }
    viewer.view = view;
    viewer.setSlices(point);
    viewer.setOpacity(this.outline ? (OPACITIES[this.level] ?? { rim: 1, fill: 0 }) : { rim: 0, fill: 0 });
    viewer.draw();
    this.overlay.showMarks(this.marks);
    this.tool?.drawn?.();
    this.overlay.update(tiles, view, point, { world: viewer.frame.toWorld(point), value: viewer.frame.valueAt(point) });
  }
}
