/** Propose a break beside the buttons of the form; it takes no focus and covers nothing. */

/** @import {Activity} from "./activity.js" */

import { byId, el, isTyping } from "../elements.js";
import { BreakClock } from "./break-clock.js";

/** Milliseconds between looks at the clock. */
const LOOK_EVERY_MS = 5000;

/** The reminder of one session. */
export class BreakReminder {
  /**
   * @param {Activity} activity
   * @param {number} afterMin
   */
  constructor(activity, afterMin) {
    this.activity = activity;
    this.clock = new BreakClock(afterMin);
    this.line = byId("break", HTMLElement);
    this.dialog = byId("pause", HTMLDialogElement);
    this.dialog.addEventListener("close", () => this.goOn());
    document.addEventListener("preferences", (event) => {
      const { detail } = /** @type {CustomEvent<{break_after_min: number}>} */ (event);
      this.clock.afterMin = detail.break_after_min;
      this.look();
    });
    setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** Show the reminder where it is due; never in the middle of a text. */
  look() {
    this.activity.count();
    const due = this.clock.isDue(this.activity.sinceBreak);
    const shown = this.line.hasChildNodes();
    if (due && !shown && !isTyping(document.activeElement)) {
      this.show();
    } else if (!due && shown) {
      this.hide();
    }
  }

  show() {
    const minutes = Math.round(this.activity.sinceBreak / 60);
    this.line.hidden = false;
    this.line.append(
      el("span", {}, `You have looked for ${minutes} min without a break.`),
      el("span", { class: "break-buttons" },
        el("button", { type: "button", class: "button button-small", click: () => this.pause() }, "Take a break"),
        el("button", { type: "button", class: "button button-small button-quiet", click: () => this.putOff() }, "Later")));
  }

  hide() {
    this.line.replaceChildren();
    this.line.hidden = true;
  }

  /** Stop the clock until the rater goes on. */
  pause() {
    this.hide();
    this.activity.pause();
    this.dialog.showModal();
  }

  goOn() {
    this.activity.resume();
    this.focusOnPlanes();
  }

  putOff() {
    this.clock.putOff(this.activity.sinceBreak);
    this.hide();
    this.focusOnPlanes();
  }

  /** Keys are the viewer's again. */
  focusOnPlanes() {
    byId("stage", HTMLElement).focus({ preventScroll: true });
  }
}
