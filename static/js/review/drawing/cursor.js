/** Show over a plane what the tool is about to do: the brush's true size, or the line being drawn. */

/** @import {Tile} from "../viewer/geometry.js" */

import { el } from "../elements.js";

const SVG = "http://www.w3.org/2000/svg";

/** One tile's worth of drawing over the planes; it takes no clicks. */
export class Cursor {
  /** @param {HTMLElement} stage */
  constructor(stage) {
    this.stage = stage;
    this.brush = el("i", { class: "brush-outline" });
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("class", "brush-line");
    this.lines = ["brush-line-casing", "brush-line-core"].map((name) => {
      const line = document.createElementNS(SVG, "polyline");
      line.setAttribute("class", name);
      this.svg.append(line);
      return line;
    });
    this.root = el("div", { class: "brush-layer", "aria-hidden": "true", hidden: true }, this.brush, this.svg);
    stage.append(this.root);
  }

  /**
   * @param {Tile} tile the outline is cut at its sides
   * @param {[number, number]} pixel of the stage
   * @param {number} size in pixels
   * @param {string} tool
   */
  showBrush(tile, pixel, size, tool) {
    this.place(tile, "brush");
    const { style } = this.brush;
    style.left = `${pixel[0] - tile.left - size / 2}px`;
    style.top = `${pixel[1] - tile.top - size / 2}px`;
    style.width = style.height = `${size}px`;
    this.brush.dataset.tool = tool;
  }

  /**
   * @param {Tile} tile
   * @param {[number, number][]} pixels of the stage
   */
  showLine(tile, pixels) {
    this.place(tile, "line");
    const points = pixels.map(([x, y]) => `${x - tile.left},${y - tile.top}`).join(" ");
    for (const line of this.lines) {
      line.setAttribute("points", points);
    }
  }

  hide() {
    this.root.hidden = true;
    delete this.stage.dataset.cursor;
  }

  /**
   * @param {Tile} tile
   * @param {"brush" | "line"} what
   */
  place(tile, what) {
    const { style } = this.root;
    style.left = `${tile.left}px`;
    style.top = `${tile.top}px`;
    style.width = `${tile.width}px`;
    style.height = `${tile.height}px`;
    this.root.hidden = false;
    this.brush.hidden = what !== "brush";
    this.svg.classList.toggle("brush-line-shown", what === "line");
    this.stage.dataset.cursor = what;
  }
}
