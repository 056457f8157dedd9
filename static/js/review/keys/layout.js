/** Know what each key writes on the rater's own keyboard, told by the browser or learned. */

/** What a US keyboard writes at the places that have no letter. */
const US = {
  Minus: "-",
  Equal: "=",
  BracketLeft: "[",
  BracketRight: "]",
  Backslash: "\\",
  Semicolon: ";",
  Quote: "'",
  Backquote: "`",
  Comma: ",",
  Period: ".",
  Slash: "/",
};
const NAMES = {
  PageUp: "PgUp",
  PageDown: "PgDn",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  Backspace: "Bksp",
  Delete: "Del",
  NumpadMultiply: "Num *",
  NumpadDivide: "Num /",
  NumpadDecimal: "Num .",
};
/** @type {Readonly<Record<string, string>>} */
const WORDS = { ...US, ...NAMES };
/** @type {Readonly<Record<string, string>>} chords that count by the sign they write */
const SIGNS = { "Shift+Equal": "+", "Shift+Slash": "?", Minus: "-", Equal: "=" };

/** A keyboard. */
export class Layout {
  /** @param {{mac?: boolean}} [options] `mac`: Ctrl is Cmd, Alt is Option */
  constructor({ mac = false } = {}) {
    this.mac = mac;
    /** @type {Map<string, string>} what a key writes by its place */
    this.known = new Map();
  }

  /**
   * Take what the browser says of all keys.
   * @param {Iterable<[string, string]>} map
   */
  take(map) {
    for (const [code, written] of map) {
      this.known.set(code, written);
    }
  }

  /**
   * Learn from a press what its key writes.
   * @param {import("./chords.js").Press} press
   * @returns {boolean} whether that is new
   */
  learn({ code, key, shiftKey, altKey, ctrlKey, metaKey }) {
    const writes = [...key].length === 1 && (code.startsWith("Key") || code in US);
    const shifted = shiftKey && key.toLowerCase() === key.toUpperCase();
    if (!writes || shifted || altKey || ctrlKey || metaKey) {
      return false;
    }
    const isNew = this.known.get(code) !== key.toLowerCase();
    this.known.set(code, key.toLowerCase());
    return isNew;
  }

  /**
   * Name the keys of a chord, one by one, as they are printed on this keyboard.
   * @param {string} chord
   * @returns {string[]}
   */
  parts(chord) {
    const sign = SIGNS[chord];
    if (sign !== undefined && this.writes(sign, chord)) {
      return [sign];
    }
    const [code = "", ...modifiers] = chord.split("+").reverse();
    const named = modifiers.reverse().map((one) => this.modifier(one));
    return [...named, this.key(code, named.length > 0 && chord.startsWith("Ctrl+"))];
  }

  /**
   * Name a chord in one text.
   * @param {string} chord
   * @returns {string}
   */
  label(chord) {
    return this.parts(chord).join(" + ");
  }

  /**
   * Say whether a sign can be had outside of the digits: if not, its chord counts by its place.
   * @param {string} sign
   * @param {string} chord
   * @returns {boolean}
   */
  writes(sign, chord) {
    const code = chord.replace("Shift+", "");
    const here = this.known.get(code);
    // Which sign Shift makes is not told: US keyboards and their kin have + over = and ? over /.
    const plain = sign === "+" ? "=" : sign;
    const elsewhere = [...this.known].some(([key, written]) => written === sign && !/\d$/.test(key));
    return sign === "?" || here === undefined || here === plain || elsewhere;
  }

  /** @param {string} modifier */
  modifier(modifier) {
    return this.mac ? ({ Ctrl: "Cmd", Alt: "Option" }[modifier] ?? modifier) : modifier;
  }

  /**
   * @param {string} code
   * @param {boolean} withControl where letters count by what they write
   * @returns {string}
   */
  key(code, withControl) {
    const plain = code.replace(/^(?:Key|Digit)/, "");
    if (code.startsWith("Digit") || (withControl && code.startsWith("Key"))) {
      return plain;
    }
    const written = this.known.get(code);
    return written === undefined ? (WORDS[code] ?? plain) : upper(written);
  }
}

/**
 * Write a letter as keys show it: a German ß has no capital on them.
 * @param {string} letter
 * @returns {string}
 */
function upper(letter) {
  return [...letter.toUpperCase()].length === [...letter].length ? letter.toUpperCase() : letter;
}
