/** The drawing's toolbar: tools, size, range, what acts on the whole mask, and its volume. */

/** @import {Command} from "../keys/keys.js" */
/** @import {Drawing} from "./drawing.js" */

import { el } from "../elements.js";
import { keyCap } from "../keys/key-labels.js";
import { withEnd } from "./intensities.js";
import { SIZES_MM } from "./sizes.js";

/**
 * @typedef {object} Item
 * @property {Command} command
 * @property {string} text
 * @property {string} action as reviewapp/key_profiles.json names it
 * @property {string} title
 */

/** @type {readonly Item[]} */
const TOOLS = [
  { command: { name: "brush" }, text: "Brush", action: "brush", title: "Draw; with Shift erase" },
  { command: { name: "eraser" }, text: "Eraser", action: "eraser", title: "Erase" },
  { command: { name: "polygon" }, text: "Polygon", action: "polygon", title: "Click corners or drag a line; click the first corner or press Enter to fill it; with Shift it is cut out" },
  { command: { name: "thresholdBrush" }, text: "Range", action: "thresholdBrush", title: "Draw only voxels within the range of intensities; Ctrl and click takes the range under the brush" },
];
/** @type {readonly Item[]} */
const ACTIONS = [
  { command: { name: "undo" }, text: "Undo", action: "undo", title: "Undo" },
  { command: { name: "redo" }, text: "Redo", action: "redo", title: "Do again" },
  { command: { name: "fillHoles" }, text: "Holes", action: "fillHoles", title: "Fill the holes of this slice; with Ball on, of the whole mask" },
  { command: { name: "interpolate" }, text: "Between", action: "interpolate", title: "Draw the empty slices between drawn ones on the plane used last" },
  { command: { name: "copySlice", by: 1 }, text: "Copy ▲", action: "copySliceUp", title: "Copy the slice to the next one" },
  { command: { name: "copySlice", by: -1 }, text: "Copy ▼", action: "copySliceDown", title: "Copy the slice to the one before" },
  { command: { name: "clearMask" }, text: "Clear", action: "clearMask", title: "Erase all" },
  { command: { name: "resetMask" }, text: "Reset", action: "resetMask", title: "Back to the original delineation" },
];

/** The toolbar under the view's own. */
export class DrawingBar {
  /**
   * @param {HTMLElement} root
   * @param {(command: Command) => void} run
   */
  constructor(root, run) {
    this.root = root;
    this.run = run;
    /** @type {Drawing | null} */
    this.drawing = null;
    this.tools = TOOLS.map((item) => this.button(item, "false"));
    this.ball = this.button(
      { command: { name: "brush3d" }, text: "Ball", action: "brush3d", title: "Round in all three dimensions, not on the slice alone" }, "false");
    this.original = this.button(
      { command: { name: "original" }, text: "Original", action: "original", title: "Show the original delineation as a dashed line" }, "true");
    this.size = el("input", {
      type: "range", min: "0", max: String(SIZES_MM.length - 1), step: "1", id: "brush-size", class: "brush-size",
      input: () => this.drawing?.setSize(SIZES_MM[Number(this.size.value)] ?? 1),
    });
    this.sizeText = el("output", { for: "brush-size", class: "brush-size-text", "aria-live": "off" });
    this.ends = [this.end("from", 0), this.end("to", 1)];
    this.range = el("span", { class: "drawing-group", role: "group", "aria-label": "Range of intensities" }, ...this.ends);
    this.volume = el("output", { class: "drawing-volume", "aria-label": "Volume", "aria-live": "off" });
    this.words = el("span", { class: "drawing-words", role: "status" });
    root.replaceChildren(
      el("span", { class: "drawing-group" }, ...this.tools),
      el("span", { class: "drawing-group" }, el("label", { for: "brush-size", class: "drawing-label" }, "Size"), this.size, this.sizeText, this.ball),
      this.range,
      el("span", { class: "drawing-group" }, ...ACTIONS.map((item) => this.button(item)), this.original),
      el("span", { class: "drawing-group drawing-end" }, this.words, this.volume),
    );
  }

  /**
   * Show how the drawing stands.
   * @param {Drawing} drawing
   */
  update(drawing) {
    this.drawing = drawing;
    const { mask, settings, range } = drawing;
    this.root.hidden = !drawing.on;
    if (!drawing.on || !mask) {
      return;
    }
    const current = drawing.hand.current;
    this.tools.forEach((button, n) => press(button, TOOLS[n]?.command.name === current));
    press(this.ball, settings.ball);
    press(this.original, settings.original);
    if (this.sizeText.textContent !== `${settings.sizeMm} mm`) {
      this.size.value = String(SIZES_MM.indexOf(settings.sizeMm));
      this.size.setAttribute("aria-valuetext", `${settings.sizeMm} mm across`);
      this.sizeText.textContent = `${settings.sizeMm} mm`;
    }
    this.range.hidden = current !== "thresholdBrush";
    this.ends.forEach((label, n) => {
      const input = label.querySelector("input");
      if (input && input !== document.activeElement) {
        input.value = String(range?.[n] ?? "");
      }
    });
    const { voxelMm3 } = mask.lattice;
    say(this.volume, `${volume(mask.n * voxelMm3)} mm³, original ${volume(mask.nOriginal * voxelMm3)}`);
    say(this.words, drawing.words);
  }

  /**
   * @param {Item} item
   * @param {"true" | "false"} [pressed] for a button that stays down
   * @returns {HTMLButtonElement}
   */
  button({ command, text, action, title }, pressed) {
    const button = el("button", {
      type: "button",
      class: "tool",
      "data-keys-title": `${title} ({${action}})`,
      ...(pressed ? { "aria-pressed": pressed } : {}),
      click: (/** @type {MouseEvent} */ event) => {
        this.run(command);
        if (event.detail > 0) {
          this.drawing?.stage.root.focus({ preventScroll: true }); // else Enter would press it again
        }
      },
    }, text);
    if (TOOLS.some((tool) => tool.action === action)) {
      button.append(" ");
      keyCap(action, button);
    }
    return button;
  }

  /**
   * @param {string} word
   * @param {0 | 1} end of the range
   * @returns {HTMLLabelElement}
   */
  end(word, end) {
    const input = el("input", {
      type: "number",
      class: "drawing-number",
      change: () => {
        const { drawing } = this;
        const value = input.valueAsNumber;
        if (drawing?.range && Number.isFinite(value)) {
          drawing.setRange(withEnd(drawing.range, end, value));
        }
      },
    });
    return el("label", { class: "drawing-label" }, word, input);
  }
}

/**
 * @param {HTMLElement} button
 * @param {boolean} on
 */
function press(button, on) {
  if (button.getAttribute("aria-pressed") !== String(on)) {
    button.setAttribute("aria-pressed", String(on));
  }
}

/**
 * @param {HTMLElement} element
 * @param {string} text a stroke asks often: what is the same already stays
 */
function say(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/**
 * @param {number} mm3
 * @returns {string}
 */
function volume(mm3) {
  return mm3 < 100 ? String(Math.round(mm3 * 10) / 10) : String(Math.round(mm3));
}
