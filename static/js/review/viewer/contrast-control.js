/** Show the window below the planes: a slider with two ends, its numbers, auto and reset. */

/** @import {Stage} from "./stage.js" */

import { el } from "../elements.js";
import { withEnd } from "./window.js";

/** Steps of a slider. */
const STEPS = 500;
const ENDS = /** @type {const} */ ([0, 1]);
const NAMES = ["Black", "White"];

/** The two ends of the window. */
export class ContrastControl {
  /**
   * @param {HTMLElement} root
   * @param {Stage} stage
   */
  constructor(root, stage) {
    this.stage = stage;
    this.numbers = el("output", { class: "window-numbers", title: "Black to white" });
    this.sliders = ENDS.map((end) =>
      el("input", {
        type: "range",
        class: "window-end",
        "aria-label": NAMES[end] ?? "",
        min: "0",
        max: String(STEPS),
        input: () => this.take(end),
      }),
    );
    this.bar = el("span", { class: "window-bar" }, ...this.sliders);
    root.replaceChildren(this.bar, this.numbers);
    stage.onRange = () => this.update();
    this.update(); // the picture may be there already
  }

  /** Show the window as it is. */
  update() {
    const { shown } = this.stage;
    if (!shown) {
      return;
    }
    const range = this.stage.range();
    const [low, high] = shown.contrast.limits;
    for (const end of ENDS) {
      const slider = this.sliders[end];
      const step = Math.round(((range[end] - low) / (high - low)) * STEPS);
      if (slider) {
        slider.value = String(step);
        slider.setAttribute("aria-valuetext", `${NAMES[end]} at ${Math.round(range[end])}`);
      }
      this.bar.style.setProperty(end === 0 ? "--low" : "--high", `${Math.min(100, Math.max(0, step / (STEPS / 100)))}%`);
    }
    this.numbers.textContent = `${Math.round(range[0])} – ${Math.round(range[1])}`;
  }

  /** @param {0 | 1} end */
  take(end) {
    const { shown } = this.stage;
    const slider = this.sliders[end];
    if (shown && slider) {
      const [low, high] = shown.contrast.limits;
      const value = low + (Number(slider.value) / STEPS) * (high - low);
      this.stage.setRange(withEnd(this.stage.range(), end, value, shown.contrast.limits));
    }
  }
}
