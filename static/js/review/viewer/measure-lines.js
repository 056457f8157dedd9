/** Draw measured lines over one plane, each with its length. */

/** @import {Tile, View} from "./geometry.js" */
/** @import {Line} from "./measure.js" */

import { el } from "../elements.js";
import { toPixel } from "./geometry.js";

const SVG = "http://www.w3.org/2000/svg";

/** The lines of one tile. */
export class MeasureLines {
  constructor() {
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("class", "measure-lines");
    this.labels = el("div", { class: "measure-labels" });
  }

  /**
   * @param {Tile} tile
   * @param {View} view
   * @param {Line[]} lines
   */
  update(tile, view, lines) {
    if (lines.length === 0 && this.labels.childElementCount === 0) {
      return;
    }
    const ends = lines.map(({ from, to }) =>
      [from, to].map((point) => {
        const [x, y] = toPixel(tile, view, point);
        return /** @type {[number, number]} */ ([x - tile.left, y - tile.top]);
      }),
    );
    this.svg.replaceChildren(...ends.flatMap((pair) => ["measure-casing", "measure-core"].map((name) => lineOf(pair, name))));
    this.labels.replaceChildren(
      ...lines.map((line, n) => {
        const label = el("span", { class: "measure-label" }, `${line.mm.toFixed(1)} mm`);
        const [x, y] = ends[n]?.[1] ?? [0, 0];
        label.style.left = `${x + 8}px`;
        label.style.top = `${y + 4}px`;
        return label;
      }),
    );
  }
}

/**
 * @param {[number, number][]} ends
 * @param {string} name
 * @returns {SVGLineElement}
 */
function lineOf([from = [0, 0], to = [0, 0]], name) {
  const line = document.createElementNS(SVG, "line");
  const places = { x1: from[0], y1: from[1], x2: to[0], y2: to[1] };
  for (const [key, value] of Object.entries(places)) {
    line.setAttribute(key, value.toFixed(1));
  }
  line.setAttribute("class", name);
  return line;
}
