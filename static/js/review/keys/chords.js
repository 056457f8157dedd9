/** Turn a key press into a chord: modifiers, then the place of the key, as "Shift+ArrowUp".
 *
 * A key counts by its place (`event.code`), so that hands find it on AZERTY and QWERTZ, with three
 * exceptions, each as people know it from every other program:
 * - with Ctrl (or Cmd) a letter counts by what it writes: undo is where Z is written;
 * - the keys that write + - = ? count as those of a US keyboard, wherever they are, but for the
 *   digits 1 to 9 of the top row, which are classes by their place;
 * - the number pad counts as what it writes: digits with NumLock, arrows and pages without.
 */

/**
 * @typedef {object} Press the parts of a KeyboardEvent that count
 * @property {string} code
 * @property {string} key
 * @property {boolean} shiftKey
 * @property {boolean} altKey
 * @property {boolean} ctrlKey
 * @property {boolean} metaKey
 * @property {boolean} [isComposing]
 * @property {number} [keyCode]
 * @property {(modifier: string) => boolean} [getModifierState]
 */

/** What a browser gives as the code of a key that an input method has taken. */
const TAKEN_BY_INPUT_METHOD = 229;

/** @type {Readonly<Record<string, string>>} chords by the sign that is written */
const SIGNS = { "+": "Shift+Equal", "-": "Minus", "=": "Equal", "?": "Shift+Slash" };
/** @type {Readonly<Record<string, string>>} */
const NUMBER_PAD = {
  NumpadAdd: "Shift+Equal",
  NumpadSubtract: "Minus",
  NumpadEqual: "Equal",
};
const MODIFIER = /^(?:(?:Shift|Control|Alt|Meta|OS)(?:Left|Right)|CapsLock|NumLock|ScrollLock|Fn.*)$/;

/**
 * Give the chord of a key press; null where it belongs to an input method, to AltGr or to nobody.
 * @param {Press} press
 * @returns {string | null}
 */
export function chordOf(press) {
  const control = press.ctrlKey || press.metaKey;
  if (isWriting(press) || (control && press.altKey)) {
    return null;
  }
  const sign = control || press.altKey ? undefined : signOf(press);
  if (sign !== undefined) {
    return sign;
  }
  const code = control ? letterOf(press) : placeOf(press);
  if (code === "" || MODIFIER.test(code)) {
    return null;
  }
  return `${control ? "Ctrl+" : ""}${press.altKey ? "Alt+" : ""}${press.shiftKey ? "Shift+" : ""}${code}`;
}

/**
 * Say whether a press only helps to write a character.
 * @param {Press} press
 * @returns {boolean}
 */
function isWriting(press) {
  if (press.isComposing || press.key === "Process" || press.keyCode === TAKEN_BY_INPUT_METHOD) {
    return true;
  }
  // Firefox calls the Option key of a Mac AltGraph as well: there Alt is down and Ctrl is not.
  const isOption = press.altKey && !press.ctrlKey;
  return Boolean(press.getModifierState?.("AltGraph")) && !isOption;
}

/**
 * @param {Press} press
 * @returns {string | undefined}
 */
function signOf({ code, key }) {
  const byPlace = /^Digit[1-9]$/.test(code) || (code.startsWith("Key") && key !== "?");
  return NUMBER_PAD[code] ?? (byPlace ? undefined : SIGNS[key]);
}

/**
 * @param {Press} press
 * @returns {string}
 */
function letterOf(press) {
  return /^[a-z]$/i.test(press.key) ? `Key${press.key.toUpperCase()}` : placeOf(press);
}

/**
 * @param {Press} press
 * @returns {string}
 */
function placeOf({ code, key }) {
  const digit = /^Numpad(\d)$/.exec(code)?.[1];
  if (digit !== undefined) {
    return key.length === 1 ? `Digit${digit}` : navigation(key);
  }
  if (code === "NumpadEnter" || (code === "NumpadDecimal" && key === "Delete")) {
    return key;
  }
  return code || placeByKey(key);
}

/**
 * @param {string} key
 * @returns {string} "" for the 5 of a number pad, which means nothing without NumLock
 */
function navigation(key) {
  return /^(?:Arrow.*|Page.*|Home|End|Insert)$/.test(key) ? key : "";
}

/**
 * Give the place of a key where the browser does not tell it, as with keys on a screen.
 * @param {string} key
 * @returns {string}
 */
function placeByKey(key) {
  if (/^[a-z]$/i.test(key)) {
    return `Key${key.toUpperCase()}`;
  }
  if (/^\d$/.test(key)) {
    return `Digit${key}`;
  }
  return key === " " ? "Space" : key.length > 1 && key !== "Unidentified" && key !== "Dead" ? key : "";
}
