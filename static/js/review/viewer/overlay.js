/** Draw what stands over the planes: names, letters at the edges, crosshair, scale bar, readout. */

/** @import {Tile, View} from "./geometry.js" */
/** @import {Line} from "./measure.js" */
/** @import {Triple} from "../types.js" */

import { el } from "../elements.js";
import { MeasureLines } from "./measure-lines.js";
import { edgeLetters, mmPerPixel, planeOf, scaleBar, toPixel } from "./geometry.js";

/** Half of the crosshair's gap: the lesion stays free. In mm, and in pixels at least and at most. */
const GAP_MM = 12;
const GAP_PIXELS = 16;
const GAP_SHARE = 0.36;
const EDGES = /** @type {const} */ (["left", "right", "top", "bottom"]);

/** @typedef {{world: Triple, voxel: Triple | null, value: number | null}} Under `voxel` of the scan's own grid */

/** The labels of one tile. */
class TileOverlay {
  constructor() {
    this.plane = el("span", {});
    this.sides = el("span", { class: "plane-sides" });
    this.name = el("span", { class: "plane-name" }, this.plane, this.sides);
    this.letters = EDGES.map((edge) => el("span", { class: `letter letter-${edge}` }));
    this.lines = EDGES.map((edge) => el("i", { class: `crosshair crosshair-${edge}` }));
    this.measured = new MeasureLines();
    const { svg, labels } = this.measured;
    this.root = el("div", { class: "tile" }, svg, this.name, ...this.letters, ...this.lines, labels);
  }

  /**
   * @param {Tile} tile
   * @param {View} view
   * @param {Triple} point
   */
  update(tile, view, point) {
    place(this.root, tile.left, tile.top, tile.width, tile.height);
    this.root.dataset.plane = planeOf(tile.plane).name;
    this.plane.textContent = planeOf(tile.plane).name;
    this.sides.textContent = sidesOf(tile.plane, view.radiological);
    const letters = edgeLetters(tile.plane, view.radiological);
    this.letters.forEach((letter, n) => {
      letter.textContent = letters[EDGES[n] ?? "left"];
    });
    const [x, y] = toPixel(tile, view, point);
    this.cross(tile, Math.round(x - tile.left), Math.round(y - tile.top), mmPerPixel(tile, view));
  }

  /**
   * @param {Tile} tile
   * @param {number} x from the tile's left
   * @param {number} y
   * @param {number} scale mm a pixel
   */
  cross({ width, height }, x, y, scale) {
    const most = GAP_SHARE * Math.min(width, height);
    const gap = Math.round(Math.min(most, Math.max(GAP_PIXELS, GAP_MM / scale)));
    const inX = x >= 0 && x < width;
    const inY = y >= 0 && y < height;
    const [left, right, top, bottom] = this.lines;
    place(left, 0, y, inY ? x - gap : 0, 1);
    place(right, x + gap, y, inY ? width - x - gap : 0, 1);
    place(top, x, 0, 1, inX ? y - gap : 0);
    place(bottom, x, y + gap, 1, inX ? height - y - gap : 0);
  }
}

/** The layer over the canvas. */
export class Overlay {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.tiles = [0, 1, 2].map(() => new TileOverlay());
    this.bar = el("span", { class: "scale-bar" });
    this.crosshair = el("span", { class: "readout-crosshair" });
    this.cursor = el("span", { class: "readout-cursor" });
    this.readout = el("span", { class: "readout" }, this.cursor, this.crosshair);
    this.tiles[0]?.root.append(this.bar, this.readout);
    root.replaceChildren(...this.tiles.map((tile) => tile.root));
  }

  /**
   * @param {Tile[]} tiles the large one first
   * @param {View} view
   * @param {Triple} point the crosshair
   * @param {Under} under what lies there
   */
  update(tiles, view, point, under) {
    this.tiles.forEach((one, n) => {
      const tile = tiles[n];
      one.root.hidden = !tile;
      if (tile) {
        one.update(tile, view, point);
      }
    });
    const [large] = tiles;
    if (large) {
      const { mm, pixels } = scaleBar(mmPerPixel(large, view), large.width / 5);
      this.bar.textContent = `${mm} mm`;
      this.bar.style.width = `${pixels}px`;
    }
    this.crosshair.textContent = `✛ ${inWords(under)}`;
  }

  /**
   * Say what lies under the pointer; null: it is elsewhere.
   * @param {Under | null} under
   */
  showCursor(under) {
    this.cursor.textContent = under ? `➤ ${inWords(under)}` : "";
  }

  /**
   * Draw the measured lines.
   * @param {Tile[]} tiles
   * @param {View} view
   * @param {(plane: number) => Line[]} linesOf
   */
  showLines(tiles, view, linesOf) {
    tiles.forEach((tile, n) => this.tiles[n]?.measured.update(tile, view, linesOf(tile.plane)));
  }

  /**
   * Show or hide crosshair and letters, as X does in ITK-SNAP.
   * @param {boolean} shown
   */
  showMarks(shown) {
    this.root.classList.toggle("without-marks", !shown);
  }
}

/**
 * Name a plane and say in words which side is which.
 * @param {number} plane
 * @param {boolean} radiological
 * @returns {string}
 */
function sidesOf(plane, radiological) {
  if (planeOf(plane).across !== 0) {
    return "";
  }
  return radiological ? " · radiological: right is left" : " · neurological: right is right";
}

/**
 * @param {Under} under
 * @returns {string} RAS mm, the voxel of the scan, its intensity
 */
function inWords({ world, voxel, value }) {
  const at = world.map((mm) => mm.toFixed(1)).join(", ");
  return `${at} mm${voxel ? `   [${voxel.join(" ")}]` : ""}${value === null ? "" : `   ${Math.round(value)}`}`;
}

/**
 * @param {HTMLElement | undefined} element
 * @param {number} left
 * @param {number} top
 * @param {number} width nothing is shown at 0 or below
 * @param {number} height
 */
function place(element, left, top, width, height) {
  if (!element) {
    return;
  }
  element.hidden = width <= 0 || height <= 0;
  element.style.left = `${left}px`;
  element.style.top = `${top}px`;
  element.style.width = `${Math.max(0, width)}px`;
  element.style.height = `${Math.max(0, height)}px`;
}
