/** The dialog of the keys: choose a profile, see and change the keys, print them. */

/** @import {Bindings} from "./bindings.js" */
/** @import {Section} from "./card-rows.js" */
/** @import {KeyStore} from "./key-store.js" */
/** @import {Keys} from "./profiles.js" */

import { byId, el } from "../elements.js";
import { cardOf } from "./card.js";
import { Editor } from "./editor.js";
import { withProfile } from "./key-changes.js";
import { onLabels } from "./key-labels.js";
import { shortText } from "./profiles.js";

/** Card and editor. */
export class KeysDialog {
  /**
   * @param {Bindings} bindings
   * @param {KeyStore} store
   * @param {readonly Section[]} sections
   */
  constructor(bindings, store, sections) {
    this.bindings = bindings;
    this.store = store;
    this.sections = sections;
    this.dialog = byId("keys", HTMLDialogElement);
    this.card = byId("keys-card", HTMLElement);
    this.editor = new Editor({
      bindings,
      bar: byId("keys-bar", HTMLElement),
      card: this.card,
      save: (keys) => this.save(keys),
    });
    this.profiles = this.profileRadios();
    byId("keys-profiles", HTMLElement).append(...this.profiles.map((input) => label(bindings, input)));
    this.listen();
    this.show();
  }

  listen() {
    byId("keys-reset", HTMLButtonElement).addEventListener("click", () => this.reset());
    byId("keys-print", HTMLButtonElement).addEventListener("click", () => print());
    byId("keys-close", HTMLButtonElement).addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.editor.cancel());
    this.dialog.addEventListener("cancel", (event) => this.editor.cancel() && event.preventDefault());
    onLabels(() => this.show());
  }

  /** @returns {HTMLInputElement[]} */
  profileRadios() {
    return Object.keys(this.bindings.profiles.profiles).map((name) =>
      el("input", {
        type: "radio",
        name: "keys-profile",
        value: name,
        autocomplete: "off",
        change: () => this.choose(name),
      }),
    );
  }

  /** Show what is bound now. */
  show() {
    const { keys } = this.bindings;
    this.card.replaceChildren(...cardOf(this.bindings, this.sections, (action, chord) => this.editor.edit(action, chord)));
    this.editor.mark();
    for (const input of this.profiles) {
      input.checked = input.value === keys.profile;
    }
    const none = Object.keys(keys.changes).length === 0;
    byId("keys-reset", HTMLButtonElement).disabled = none;
  }

  /**
   * Take another profile, and say which changes did not fit to it.
   * @param {string} profile
   */
  choose(profile) {
    this.editor.cancel();
    const { keys, dropped } = withProfile(this.bindings.profiles, this.bindings.keys, profile);
    this.save(keys);
    if (dropped.length > 0) {
      const names = dropped.map((action) => `“${shortText(action)}”`).join(", ");
      this.editor.say(`Your own key is in use there: ${names} has the profile's key again.`);
    }
  }

  /** Give up all changes. */
  reset() {
    this.editor.cancel();
    this.save({ ...this.bindings.keys, changes: {} });
    this.editor.say("All keys are the profile's again.");
  }

  /** @param {Keys} keys */
  save(keys) {
    this.bindings.set(keys);
    void this.store.save(keys);
  }

  /** Open the dialog, or close it. */
  toggle() {
    if (this.dialog.open) {
      this.dialog.close();
    } else {
      this.editor.cancel();
      this.dialog.showModal();
    }
  }
}

/**
 * @param {Bindings} bindings
 * @param {HTMLInputElement} input
 * @returns {HTMLElement}
 */
function label({ profiles }, input) {
  return el("label", { class: "keys-profile" }, input, profiles.profiles[input.value]?.label ?? "");
}
