/** Print the keys that count now wherever the page names a key, in the letters of the rater's own
 * keyboard: KeyY is a Z on a German one.
 *
 * `<kbd data-action="contour">` shows the first key of an action, `data-family="confidence"` the
 * first and last of a family, and `data-keys-title="Hold {contour} …"` becomes a title.
 */

/** @import {Bindings} from "./bindings.js" */

import { el } from "../elements.js";
import { Layout } from "./layout.js";

/** The rater's keyboard. */
export const layout = new Layout({ mac: /Mac|iPad|iPhone/.test(globalThis.navigator?.platform ?? "") });
/** @type {Bindings | null} */
let bindings = null;

/**
 * Show these keys from now on, and again whenever they change.
 * @param {Bindings} own
 */
export function useKeys(own) {
  bindings = own;
  own.onChange(showAgain);
}

/**
 * Show the keys on everything that the page has now, in the letters of the rater's keyboard.
 * @returns {Promise<void>}
 */
export async function showKeys() {
  showAgain();
  const keyboard = /** @type {any} */ (navigator).keyboard;
  /** @type {Map<string, string> | null} */
  const map = await keyboard?.getLayoutMap?.().catch(() => null);
  if (map) {
    layout.take(map);
    showAgain();
  }
}

/** @type {(() => void)[]} */
const listeners = [];

/**
 * Be told when the keys or what they write have changed.
 * @param {() => void} tell
 */
export function onLabels(tell) {
  listeners.push(tell);
}

/**
 * Learn from a key press what its key writes, where the browser does not tell the layout.
 * @param {KeyboardEvent} event
 */
export function learn(event) {
  if (layout.learn(event)) {
    showAgain();
  }
}

/**
 * Name the first key of an action: "Ctrl + F"; empty where it has none.
 * @param {string} action
 * @returns {string}
 */
export function keyName(action) {
  const [chord] = bindings?.chordsOf(action) ?? [];
  return chord === undefined ? "" : layout.label(chord);
}

/**
 * Make the cap that shows the first key of an action, and goes on showing it once it is on the page.
 * @param {string} action
 * @param {HTMLElement} [control] where it goes; assistive technology is told the key there
 * @returns {HTMLElement}
 */
export function keyCap(action, control) {
  const cap = el("kbd", { "data-action": action, "aria-hidden": "true" });
  control?.append(cap);
  label(cap);
  return cap;
}

/**
 * Make the cap that shows a family's keys in short.
 * @param {string} family its name and how many of it there are: "confidence5"
 * @returns {HTMLElement}
 */
export function familyCap(family) {
  const cap = el("kbd", { "data-family": family });
  label(cap);
  return cap;
}

/** Show every key again. */
function showAgain() {
  for (const cap of document.querySelectorAll("kbd[data-action], kbd[data-family]")) {
    label(/** @type {HTMLElement} */ (cap));
  }
  for (const element of document.querySelectorAll("[data-keys-title]")) {
    const words = element.getAttribute("data-keys-title") ?? "";
    element.setAttribute("title", words.replace(/\{(\w+)\}/g, (_, action) => keyName(action)));
  }
  listeners.forEach((tell) => tell());
}

/** @param {HTMLElement} cap */
function label(cap) {
  const action = cap.getAttribute("data-action");
  const text = action === null ? familyName(cap.getAttribute("data-family") ?? "") : capText(action);
  if (cap.textContent !== text) {
    cap.textContent = text;
  }
  cap.hidden = text === "";
  if (action !== null && cap.parentElement?.matches("button, a")) {
    tellKey(cap.parentElement, action);
  }
}

/**
 * Tell assistive technology the key of a control.
 * @param {HTMLElement} control
 * @param {string} action
 */
function tellKey(control, action) {
  const name = keyName(action).replaceAll(" + ", "+");
  if (name === "") {
    control.removeAttribute("aria-keyshortcuts");
  } else {
    control.setAttribute("aria-keyshortcuts", name);
  }
}

/** @param {string} action */
function capText(action) {
  return keyName(action).replaceAll(" + ", " ");
}

/**
 * Name the keys of a family in short: "Alt 1–5".
 * @param {string} family
 * @returns {string}
 */
function familyName(family) {
  const n = Number(/\d+$/.exec(family)?.[0] ?? 0);
  const name = family.replace(/\d+$/, "");
  const first = capText(`${name}1`);
  const last = capText(`${name}${n}`);
  const same = first.slice(0, -1) === last.slice(0, -1) && /\d$/.test(first) && /\d$/.test(last);
  return same ? `${first}–${last.slice(-1)}` : first && last ? `${first} … ${last}` : first || last;
}
