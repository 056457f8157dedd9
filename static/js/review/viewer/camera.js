/** Hold where the rater looks: crosshair, centre and extent of the planes. No DOM, no WebGL. */

/** @import {Tile, View} from "./geometry.js" */
/** @import {Triple} from "../types.js" */

import * as geometry from "./geometry.js";

/** Extent of the first look at an ROI in mm: a little less than a crop of 64 mm has. */
const FIRST_EXTENT_MM = 60;

/** @typedef {{min: Triple, max: Triple, size: Triple, voxel: Triple}} Box of a volume, in the view */

/** What the planes show, and how it moves. */
export class Camera {
  /**
   * @param {object} parts
   * @param {boolean} parts.radiological
   * @param {() => Box} parts.box of the volume that is shown
   * @param {() => void} parts.onMove
   * @param {() => void} parts.onLeave the rater looks beyond the volume
   */
  constructor({ radiological, box, onMove, onLeave }) {
    this.box = box;
    this.onMove = onMove;
    this.onLeave = onLeave;
    /** @type {Tile[]} */
    this.tiles = [];
    /** @type {View} */
    this.view = { centre: [0, 0, 0], extentMm: FIRST_EXTENT_MM, radiological };
    /** The crosshair. @type {Triple} */
    this.point = [0, 0, 0];
    /** The ROI. @type {Triple} */
    this.focus = [0, 0, 0];
    /** The plane that was used last. */
    this.active = 0;
    /** Whether the whole volume is to fill the planes. */
    this.fitted = false;
  }

  /**
   * The first look at an ROI: near, crosshair on it.
   * @param {Triple} focus
   */
  lookAt(focus) {
    this.focus = focus;
    this.fitted = false;
    this.view.extentMm = FIRST_EXTENT_MM;
    this.centre();
  }

  /** Crosshair and planes back on the ROI. */
  centre() {
    this.view.centre = [...this.focus];
    this.point = [...this.focus];
    this.onMove();
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
    const { voxel } = this.box();
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
    to[depth] += by * this.box().voxel[depth];
    this.moveTo(to);
  }

  /**
   * Put the crosshair into the middle of the voxel at a point, inside of the volume.
   * @param {Triple} to
   */
  moveTo(to) {
    const { min, max, size: extent, voxel } = this.box();
    if (to.some((value, axis) => value < (min[axis] ?? 0) || value >= (max[axis] ?? 0))) {
      this.onLeave();
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
    this.onMove();
  }

  /**
   * Zoom; above 1 comes nearer.
   * @param {number} factor
   */
  zoom(factor) {
    this.fitted = false;
    const [least = 1, most = 1] = geometry.EXTENT_RANGE_MM;
    this.view.extentMm = Math.min(most, Math.max(least, this.view.extentMm / factor));
    this.look();
  }

  /**
   * Zoom about a pixel: what lies under it stays there.
   * @param {Tile} tile
   * @param {readonly [number, number]} pixel
   * @param {number} factor
   */
  zoomAt(tile, pixel, factor) {
    const { across, up } = geometry.planeOf(tile.plane);
    const before = geometry.toPoint(tile, this.view, pixel, this.point);
    this.zoom(factor);
    const after = geometry.toPoint(tile, this.view, pixel, this.point);
    this.view.centre[across] += before[across] - after[across];
    this.view.centre[up] += before[up] - after[up];
    this.look();
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
    this.look();
  }

  /** Fill the planes with the whole volume. */
  fit() {
    const { min, max, size } = this.box();
    this.fitted = true;
    this.view.extentMm = Math.max(...size);
    this.view.centre = [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2];
    this.onMove();
  }

  /** Ask for more where the volume doesn't fill the tiles any more. */
  look() {
    if (this.tiles.length > 0 && !geometry.isInside(this.tiles, this.view, this.box())) {
      this.onLeave();
    }
    this.onMove();
  }

  /** Keep the crosshair on the screen. */
  follow() {
    for (const tile of this.tiles) {
      const pixel = geometry.toPixel(tile, this.view, this.point);
      if (geometry.tileAt([tile], pixel) === undefined) {
        const { across, up } = geometry.planeOf(tile.plane);
        this.view.centre[across] = this.point[across];
        this.view.centre[up] = this.point[up];
        this.look();
      }
    }
  }
}
