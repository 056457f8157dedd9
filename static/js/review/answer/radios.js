/** One answer out of a few, as native radio buttons: arrows choose, and screen readers count. */

import { el } from "../elements.js";
import { keyCap } from "../keys/key-labels.js";

/** The radio buttons of a question. */
export class Radios {
  /**
   * @param {string} name
   * @param {readonly {text: string, label: string, action: string | null}[]} options `label`: spoken;
   *   `action`: whose key is shown
   * @param {(index: number) => void} choose
   */
  constructor(name, options, choose) {
    this.inputs = options.map(({ label }, index) =>
      el("input", {
        type: "radio",
        name,
        class: "visually-hidden",
        autocomplete: "off",
        "aria-label": label,
        change: () => choose(index),
      }),
    );
    this.elements = this.inputs.map((input, index) => {
      const option = options[index];
      const press = el("label", { class: "press" }, input, el("span", {}, option?.text ?? ""));
      if (option?.action) {
        keyCap(option.action, press);
      }
      return press;
    });
  }

  /** @param {number} chosen -1 for none */
  update(chosen) {
    this.inputs.forEach((input, index) => {
      input.checked = index === chosen;
    });
  }
}
