/** Say to screen readers what a key has done where the focus is not. */

import { byId } from "../elements.js";

/** Makes a text that was just said new, without being heard. */
const AGAIN = "\u00a0";

/**
 * Say something once, without moving the focus.
 * @param {string} text
 */
export function announce(text) {
  const place = byId("announce", HTMLElement);
  place.textContent = place.textContent === text ? text + AGAIN : text;
}

/**
 * Say how a class stands.
 * @param {readonly string[]} ranked
 * @param {string} name
 * @returns {string}
 */
export function rankInWords(ranked, name) {
  const at = ranked.indexOf(name);
  return at < 0 ? `${name}: taken back` : `${name}, rank ${at + 1} of ${ranked.length}`;
}
