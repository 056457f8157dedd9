/** What a key can ask for, and which action of key_profiles.json asks for what. */

/**
 * @typedef {{name: "class" | "classFirst" | "confidence" | "reason" | "source", index: number}
 *   | {name: "needsCorrection", value: boolean}
 *   | {name: "comment" | "save" | "back" | "skip" | "leave" | "help" | "guidelines" | "answers" | "settings"}
 *   | {name: "contour" | "display" | "crosshair" | "centre" | "fit" | "layout"}
 *   | {name: "contrast" | "contrastReset" | "window" | "measure" | "unmeasure" | "navigate"}
 *   | {name: "brush" | "eraser" | "polygon" | "thresholdBrush" | "brush3d" | "original"}
 *   | {name: "undo" | "redo" | "fillHoles" | "interpolate" | "clearMask" | "resetMask"}
 *   | {name: "opacity" | "slice" | "zoom" | "brushSize" | "copySlice" | "rank", by: number}
 *   | {name: "step", right: number, up: number}} Command
 */

/** Voxels or slices of a far step. */
const FAR = 5;

/** @type {Readonly<Record<string, Command>>} the actions that are not simply a command's name */
const COMMANDS = {
  correctionYes: { name: "needsCorrection", value: true },
  correctionNo: { name: "needsCorrection", value: false },
  rankUp: { name: "rank", by: -1 },
  rankDown: { name: "rank", by: 1 },
  opacityDown: { name: "opacity", by: -1 },
  opacityUp: { name: "opacity", by: 1 },
  zoomIn: { name: "zoom", by: 1 },
  zoomOut: { name: "zoom", by: -1 },
  stepLeft: { name: "step", right: -1, up: 0 },
  stepRight: { name: "step", right: 1, up: 0 },
  stepUp: { name: "step", right: 0, up: 1 },
  stepDown: { name: "step", right: 0, up: -1 },
  stepFarLeft: { name: "step", right: -FAR, up: 0 },
  stepFarRight: { name: "step", right: FAR, up: 0 },
  stepFarUp: { name: "step", right: 0, up: FAR },
  stepFarDown: { name: "step", right: 0, up: -FAR },
  sliceUp: { name: "slice", by: 1 },
  sliceDown: { name: "slice", by: -1 },
  sliceFarUp: { name: "slice", by: FAR },
  sliceFarDown: { name: "slice", by: -FAR },
  brushSmaller: { name: "brushSize", by: -1 },
  brushLarger: { name: "brushSize", by: 1 },
  copySliceUp: { name: "copySlice", by: 1 },
  copySliceDown: { name: "copySlice", by: -1 },
};

/** Commands that go on while a key is held. */
const REPEATED = new Set(["step", "slice", "brushSize", "zoom", "undo"]);

/**
 * Give the command of an action.
 * @param {string} action its name in key_profiles.json
 * @returns {Command}
 */
export function commandOf(action) {
  const [, family, n] = /^(class|classFirst|confidence|reason|source)(\d)$/.exec(action) ?? [];
  if (family !== undefined) {
    return /** @type {Command} */ ({ name: family, index: Number(n) - 1 });
  }
  return COMMANDS[action] ?? /** @type {Command} */ ({ name: action });
}

/**
 * Say whether a held key asks again and again.
 * @param {Command} command
 * @returns {boolean}
 */
export function repeats(command) {
  return REPEATED.has(command.name);
}
