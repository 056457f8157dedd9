/** The keys that count now, and who is told when they change. */

/** @import {Action, KeyProfiles, Keys} from "./profiles.js" */

import { boundKeys, DEFAULT_KEYS, tableOf } from "./profiles.js";

/** What is bound to what. */
export class Bindings {
  /**
   * @param {KeyProfiles} profiles
   * @param {Keys} [keys]
   */
  constructor(profiles, keys = DEFAULT_KEYS) {
    this.profiles = profiles;
    /** @type {(() => void)[]} */
    this.listeners = [];
    this.keys = keys;
    this.table = tableOf(profiles, keys);
    this.bound = boundKeys(profiles, keys);
  }

  /**
   * Take other keys and tell everybody.
   * @param {Keys} keys
   */
  set(keys) {
    this.keys = keys;
    this.table = tableOf(this.profiles, keys);
    this.bound = boundKeys(this.profiles, keys);
    for (const tell of this.listeners) {
      tell();
    }
  }

  /** @param {() => void} tell */
  onChange(tell) {
    this.listeners.push(tell);
  }

  /**
   * Give the action of a chord.
   * @param {string | null} chord
   * @param {boolean} drawing whether a mask can be drawn now
   * @returns {Action | null}
   */
  actionAt(chord, drawing) {
    const action = chord === null ? undefined : this.table.get(chord);
    return action && (action.while === "always" || drawing) ? action : null;
  }

  /**
   * Give the chords of an action.
   * @param {string} action
   * @returns {string[]}
   */
  chordsOf(action) {
    return this.bound.get(action) ?? [];
  }
}
