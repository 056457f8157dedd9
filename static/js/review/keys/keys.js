/** Say what a key press asks for. Letters and digits count by their place on the keyboard. */

/**
 * @typedef {object} Press the parts of a KeyboardEvent that count
 * @property {string} code
 * @property {string} key
 * @property {boolean} shiftKey
 * @property {boolean} altKey
 * @property {boolean} ctrlKey
 * @property {boolean} metaKey
 */

/**
 * @typedef {{name: "class" | "classFirst" | "confidence" | "reason", index: number}
 *   | {name: "needsCorrection", value: boolean}
 *   | {name: "comment" | "save" | "back" | "skip" | "leave" | "help" | "guidelines"}
 *   | {name: "contour" | "display" | "crosshair" | "centre" | "fit" | "layout"}
 *   | {name: "contrast" | "contrastReset" | "window" | "measure" | "navigate"}
 *   | {name: "brush" | "eraser" | "polygon" | "thresholdBrush" | "brush3d"}
 *   | {name: "undo" | "redo" | "fillHoles" | "interpolate" | "clearMask" | "resetMask"}
 *   | {name: "opacity" | "slice" | "zoom" | "brushSize" | "copySlice", by: number}
 *   | {name: "step", right: number, up: number}} Command
 */

/** Keys of the reasons, in their order; none of them is a viewer's key. */
export const REASON_CODES = ["KeyQ", "KeyW", "KeyE", "KeyR", "KeyU", "KeyI", "KeyO", "KeyP", "KeyG"];
/** Voxels or slices that Shift makes of one. */
const BIG_STEP = 5;

/** @type {Readonly<Record<string, Command>>} */
const PLAIN = {
  KeyY: { name: "needsCorrection", value: true },
  KeyN: { name: "needsCorrection", value: false },
  KeyT: { name: "comment" },
  KeyS: { name: "contour" },
  KeyA: { name: "opacity", by: -1 },
  KeyD: { name: "opacity", by: 1 },
  KeyX: { name: "crosshair" },
  KeyC: { name: "centre" },
  KeyL: { name: "layout" },
  Enter: { name: "save" },
  NumpadEnter: { name: "save" },
  Backspace: { name: "back" },
  Escape: { name: "leave" },
};

/** @type {Readonly<Record<string, Command>>} */
const WITH_CONTROL = {
  KeyF: { name: "fit" },
  KeyJ: { name: "contrast" },
  Enter: { name: "save" },
  NumpadEnter: { name: "save" },
};

/** @type {Readonly<Record<string, [number, number]>>} right and up, on the screen */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
/** @type {Readonly<Record<string, number>>} */
const PAGES = { PageUp: 1, PageDown: -1 };

/**
 * Give the command of a key press, null where it asks for nothing of ours.
 * @param {Press} press
 * @param {boolean} typing whether a text field has the focus
 * @returns {Command | null}
 */
export function commandFor(press, typing) {
  const control = press.ctrlKey || press.metaKey;
  if (typing) {
    if (press.code === "Escape") {
      return { name: "leave" };
    }
    return control && press.code.endsWith("Enter") ? { name: "save" } : null;
  }
  if (control) {
    return press.altKey || press.shiftKey ? null : (WITH_CONTROL[press.code] ?? null);
  }
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(press.code)?.[1];
  if (digit !== undefined && (press.code.startsWith("Digit") || press.key === digit)) {
    const index = Number(digit) - 1;
    if (press.altKey) {
      return { name: "confidence", index };
    }
    return { name: press.shiftKey ? "classFirst" : "class", index };
  }
  if (press.altKey) {
    return null;
  }
  if (press.key === "?") {
    return { name: "help" };
  }
  return movement(press) ?? letter(press);
}

/**
 * @param {Press} press
 * @returns {Command | null}
 */
function movement(press) {
  const size = press.shiftKey ? BIG_STEP : 1;
  const arrow = ARROWS[press.code];
  if (arrow) {
    return { name: "step", right: arrow[0] * size, up: arrow[1] * size };
  }
  const page = PAGES[press.code];
  return page === undefined ? null : { name: "slice", by: page * size };
}

/**
 * @param {Press} press
 * @returns {Command | null}
 */
function letter(press) {
  if (press.shiftKey) {
    return null;
  }
  const index = REASON_CODES.indexOf(press.code);
  return index >= 0 ? { name: "reason", index } : (PLAIN[press.code] ?? null);
}
