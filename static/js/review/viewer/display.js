/** Say how the mask stands on the image: outline, fill, both or not at all, and how strong. No DOM. */

/** @typedef {"contour" | "fill" | "both" | "off"} Mode */

/** In the order in which the key goes through them. @type {Mode[]} */
const MODES = ["contour", "fill", "both", "off"];
const RIMS = [0.25, 0.45, 0.65, 0.85, 1];
const FILLS = [0.15, 0.25, 0.35, 0.5, 0.7];
const FIRST_FILL = 1;

/** How the mask is shown; the same for all ROIs. */
export class Display {
  constructor() {
    /** @type {Mode} */
    this.mode = "contour";
    /** What comes back after off. @type {Mode} */
    this.last = "contour";
    this.rim = RIMS.length - 1;
    this.fill = FIRST_FILL;
  }

  /** Take the next of contour, fill, both, off. */
  cycle() {
    this.set(MODES[(MODES.indexOf(this.mode) + 1) % MODES.length] ?? "contour");
  }

  /** Take the mask away, or bring it back as it was. */
  toggle() {
    this.set(this.mode === "off" ? this.last : "off");
  }

  /**
   * Make it stronger or fainter. An outline at its strongest gets a fill, and loses it again.
   * @param {number} by
   */
  strengthen(by) {
    if (this.mode === "off") {
      this.toggle();
    } else if (this.mode === "contour" && by > 0 && this.rim === RIMS.length - 1) {
      this.fill = 0;
      this.set("both");
    } else if (this.mode === "contour") {
      this.rim = within(this.rim + by, RIMS);
    } else if (this.mode === "both" && by < 0 && this.fill === 0) {
      this.fill = FIRST_FILL;
      this.set("contour");
    } else {
      this.fill = within(this.fill + by, FILLS);
    }
  }

  /** @returns {{rim: number, fill: number}} opacities of outline and fill */
  opacity() {
    const { mode } = this;
    return {
      rim: mode === "both" ? 1 : mode === "contour" ? (RIMS[this.rim] ?? 1) : 0,
      fill: mode === "both" || mode === "fill" ? (FILLS[this.fill] ?? 0) : 0,
    };
  }

  /** @param {Mode} mode */
  set(mode) {
    this.mode = mode;
    if (mode !== "off") {
      this.last = mode;
    }
  }
}

/**
 * @param {number} level
 * @param {number[]} levels
 * @returns {number}
 */
function within(level, levels) {
  return Math.min(levels.length - 1, Math.max(0, level));
}
