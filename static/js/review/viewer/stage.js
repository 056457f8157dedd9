/** Show an ROI on three planes as the camera looks at it, and draw it once a frame. */

/** @import {At, Tool} from "./drags.js" */
/** @import {Tile} from "./geometry.js" */
/** @import {Command} from "../keys/keys.js" */
/** @import {Layout} from "./layouts.js" */
/** @import {ViewMemory} from "./view-memory.js" */
/** @import {Under} from "./overlay.js" */
/** @import {Triple} from "../types.js" */
/** @import {Volume} from "./decoding.js" */
/** @import {Viewer} from "./viewer.js" */
/** @import {Contrast, Range} from "./window.js" */
/** @import {Windows} from "./windows.js" */

import { Camera } from "./camera.js";
import { Display } from "./display.js";
import { planeOf, toPoint } from "./geometry.js";
import { readLayout, tilesOf } from "./layouts.js";
import { Looks } from "./looks.js";
import { Measure } from "./measure.js";
import { Overlay } from "./overlay.js";
import { runOnStage } from "./stage-commands.js";
import { WindowTool } from "./window-tool.js";

/**
 * @typedef {object} Shown an ROI ready to be shown
 * @property {string} id
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
   * @param {object} options
   * @param {boolean} options.radiological
   * @param {Windows} options.windows
   * @param {ViewMemory} options.memory
   * @param {() => void} options.onLeaveCrop
   */
  constructor(root, overlay, viewer, { radiological, windows, memory, onLeaveCrop }) {
    this.root = root;
    this.windows = windows;
    this.memory = memory;
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
    this.measure = new Measure(this);
    this.windowTool = new WindowTool(this);
    /** Told when black and white have changed. */
    this.onRange = () => {};
    this.layout = readLayout(memory.read("layout"));
    /** What a second double click restores. @type {Layout} */
    this.before = { kind: "large", plane: 0 };
    this.display = new Display();
    this.marks = true;
    this.looks = new Looks(memory, this);
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
    this.looks.keep();
    this.viewer.show(roi.crop, roi.mask, this.windows.of(roi.scanUrl));
    this.shown = roi;
    this.whole = false;
    this.measure.clear();
    this.camera.lookAt(this.viewer.frame.fromWorld(roi.focusMm));
    this.resize();
    this.looks.takeUp(roi.id);
    this.onRange();
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
    this.looks.keep();
    this.shown = null;
    this.whole = false;
  }

  /** Put everything back on a graphics card that has forgotten it. */
  restore() {
    const { shown } = this;
    if (shown) {
      const { voxels, original } = this.viewer.drawing;
      this.viewer.show(shown.crop, shown.mask, this.range());
      this.viewer.drawing.setMask(voxels);
      this.viewer.drawing.setOriginal(original);
      this.whole = false;
      this.resize();
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
      this.onRange();
      this.redraw();
    }
  }

  /** Go back to the first window of the scan. */
  resetRange() {
    if (this.shown) {
      this.windows.reset(this.shown.scanUrl);
      this.viewer.setRange(this.range());
      this.onRange();
      this.redraw();
    }
  }

  /**
   * Share the stage among the planes.
   * @param {Layout} layout
   */
  arrange(layout) {
    this.layout = layout;
    if (layout.kind === "large") {
      this.camera.active = layout.plane;
    }
    this.memory.write("layout", layout);
    this.resize();
  }

  /**
   * Give a plane the whole stage, and take it back.
   * @param {number} plane
   */
  enlarge(plane) {
    if (this.layout.kind === "single") {
      this.arrange(this.before);
    } else {
      this.before = this.layout;
      this.arrange({ kind: "single", plane });
    }
  }

  /**
   * Take a tool into the hand; the same again, or null, puts it down.
   * @param {Tool | null} tool
   */
  take(tool) {
    this.interrupt();
    this.tool?.hover?.(null);
    this.measure.cancel();
    this.tool = this.tool === tool ? null : tool;
  }

  /** Fit the tiles to the room that there is. */
  resize() {
    const { clientWidth: width, clientHeight: height } = this.root;
    if (width > 0 && height > 0 && this.shown) {
      this.camera.tiles = tilesOf(width, height, this.layout);
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
    const taken = runOnStage(this, command);
    if (taken) {
      this.redraw();
    }
    return taken;
  }

  /**
   * Give the place of a pixel, at the depth of the crosshair; it may lie beyond the tile.
   * @param {Tile} tile
   * @param {[number, number]} pixel
   * @returns {At}
   */
  at(tile, pixel) {
    const { view, point } = this.camera;
    return { tile, pixel, point: toPoint(tile, view, pixel, point) };
  }

  /**
   * Say what lies at a point.
   * @param {Readonly<Triple>} point
   * @returns {Under}
   */
  under(point) {
    const { frame } = this.viewer;
    const offset = this.whole ? [0, 0, 0] : (this.shown?.offset ?? [0, 0, 0]);
    const voxel = frame.voxelAt(point);
    return {
      world: frame.toWorld(point),
      voxel: voxel && /** @type {Triple} */ (voxel.map((n, axis) => n + (offset[axis] ?? 0))),
      value: frame.valueAt(point),
    };
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
    viewer.setOpacity(this.display.opacity());
    viewer.draw();
    this.root.dataset.tool = this.tool?.name ?? "";
    this.overlay.showMarks(this.marks);
    this.overlay.update(tiles, view, point, this.under(point));
    this.overlay.showLines(tiles, view, (plane) => this.measure.on(plane, planeOf(plane).depth, point));
    this.looks.keepSoon();
  }
}
