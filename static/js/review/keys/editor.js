/** Change keys on the card: click one, press the new one; a key that is taken is refused at once. */

/** @import {Bindings} from "./bindings.js" */
/** @import {Action, Keys} from "./profiles.js" */

import { el } from "../elements.js";
import { chordOf } from "./chords.js";
import { swapped, withChord, withoutChange, withoutChord } from "./key-changes.js";
import { layout, learn } from "./key-labels.js";
import { problemOf, shortText } from "./profiles.js";

/** @typedef {{action: Action, chord: string | null}} Edited a chord of an action; null: one more */

/** The line over the card that says what is being changed. */
export class Editor {
  /**
   * @param {object} parts
   * @param {Bindings} parts.bindings
   * @param {HTMLElement} parts.bar
   * @param {HTMLElement} parts.card whose buttons have `data-cap`
   * @param {(keys: Keys) => void} parts.save
   */
  constructor({ bindings, bar, card, save }) {
    this.bindings = bindings;
    this.bar = bar;
    this.card = card;
    this.save = save;
    /** @type {Edited | null} */
    this.edited = null;
    // Before everybody else: while a key is awaited it means nothing.
    addEventListener("keydown", (event) => this.onKey(event), { capture: true });
  }

  /**
   * Wait for the new key.
   * @param {Action} action
   * @param {string | null} chord
   */
  edit(action, chord) {
    this.edited = { action, chord };
    this.mark();
    this.ask();
    this.cap()?.focus();
  }

  /** @returns {boolean} whether a change was given up, and so Escape has done its work */
  cancel() {
    const was = this.edited !== null;
    const cap = this.cap();
    this.edited = null;
    this.mark();
    this.say("Click a key to change it.");
    if (was) {
      cap?.focus();
    }
    return was;
  }

  /** Say what is awaited, and what else can be done. */
  ask() {
    if (!this.edited) {
      return;
    }
    const { action, chord } = this.edited;
    const { profile, changes } = this.bindings.keys;
    const buttons = [];
    if (chord !== null) {
      buttons.push(button("No key", () => this.take(withoutChord(this.bindings.profiles, this.bindings.keys, action.name, chord))));
    }
    if (changes[action.name]) {
      const label = this.bindings.profiles.profiles[profile]?.label ?? "";
      buttons.push(button(`As in ${label}`, () => this.take(withoutChange(this.bindings.profiles, this.bindings.keys, action.name))));
    }
    const instead = chord === null ? "" : ` instead of ${layout.label(chord)}`;
    this.say(`Press the key for “${shortText(action)}”${instead}.`, ...buttons, button("Leave it (Esc)", () => this.cancel()));
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (!this.edited || event.target !== this.cap() || event.key === "Tab") {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key === "Escape") {
      this.cancel();
      return;
    }
    learn(event);
    const chord = chordOf(event);
    if (chord !== null && !event.repeat) {
      this.press(this.edited, chord);
    } else if (event.getModifierState("AltGraph") && [...event.key].length === 1) {
      this.refuse("With AltGr a key writes a character: please choose another key.");
    }
  }

  /**
   * @param {Edited} edited
   * @param {string} chord the new one
   */
  press({ action, chord: old }, chord) {
    const { profiles, keys } = this.bindings;
    const problem = problemOf(profiles, keys, action.name, chord, (one) => layout.label(one));
    if (!problem) {
      this.take(withChord(profiles, keys, action.name, chord, old));
      return;
    }
    const { other, text } = problem;
    if (!other) {
      this.refuse(text);
      return;
    }
    const gets = old === null ? "which then has no key" : `which gets ${layout.label(old)}`;
    const swap = button(`Take it from “${shortText(other)}”, ${gets}`, () =>
      this.take(swapped(profiles, keys, action.name, chord, old)));
    this.say(text, swap, button("Press another key", () => this.edit(action, old)), button("Leave it", () => this.cancel()));
    swap.focus();
  }

  /** @param {string} text */
  refuse(text) {
    this.say(text, button("Leave it (Esc)", () => this.cancel()));
  }

  /**
   * Use other keys from now on.
   * @param {Keys} keys
   */
  take(keys) {
    const name = this.edited?.action.name;
    this.edited = null;
    this.save(keys);
    this.say("Changed.");
    /** @type {HTMLElement | null} */ (this.card.querySelector(`[data-cap^="${name} "]`))?.focus();
  }

  /**
   * @param {string} text
   * @param {HTMLElement[]} buttons
   */
  say(text, ...buttons) {
    this.bar.replaceChildren(el("span", { role: "status" }, text), ...buttons);
    this.bar.classList.toggle("keys-asks", this.edited !== null);
  }

  /** @returns {HTMLElement | null} the button of the key that is being changed */
  cap() {
    const { action, chord } = this.edited ?? {};
    return action ? this.card.querySelector(`[data-cap="${action.name} ${chord ?? ""}"]`) : null;
  }

  /** Show which key is being changed. */
  mark() {
    const now = this.cap();
    for (const cap of this.card.querySelectorAll("[data-cap]")) {
      cap.classList.toggle("key-awaited", cap === now);
    }
  }
}

/**
 * @param {string} text
 * @param {() => void} click
 * @returns {HTMLButtonElement}
 */
function button(text, click) {
  return el("button", { type: "button", class: "button button-small", click }, text);
}
