/** One choice of a question: its button, and a field for the rater's own words. */

/** @import {Option} from "../types.js" */

import { el } from "../elements.js";
import { keyCap } from "../keys/key-labels.js";

/** A button that shows whether it is pressed, and a field for own words. */
export class Choice {
  /**
   * @param {Option} option
   * @param {string} action whose key is shown
   * @param {() => void} toggle
   * @param {(words: string) => void} write
   */
  constructor(option, action, toggle, write) {
    this.option = option;
    this.mark = el("span", { class: "rank", "aria-hidden": "true" });
    /** The rank, for those who hear the page. */
    this.standing = el("span", { class: "standing" });
    this.button = el(
      "button",
      { type: "button", class: "choice", "aria-pressed": "false", click: toggle },
      this.mark,
      el("span", { class: "choice-name" }, option.name, this.standing,
        ...(option.custom_text ? [el("span", { class: "ellipsis", "aria-hidden": "true" }, " …")] : [])),
    );
    keyCap(action, this.button);
    this.words = option.custom_text
      ? el("input", {
          type: "text",
          class: "words",
          placeholder: "in your words",
          autocomplete: "off",
          "aria-label": `${option.name}, in your words`,
          input: () => write(this.words?.value ?? ""),
        })
      : null;
  }

  /**
   * @param {boolean} chosen
   * @param {string} words
   */
  update(chosen, words) {
    this.button.setAttribute("aria-pressed", String(chosen));
    if (this.words) {
      this.words.hidden = !chosen;
      if (this.words.value !== words) {
        this.words.value = words;
      }
    }
  }
}
