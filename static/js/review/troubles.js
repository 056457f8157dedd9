/** Say in words what went wrong with opening or saving, and offer what the rater can do about it. */

/** @import {Entry} from "./saving/outbox.js" */
/** @import {Page} from "./page.js" */
/** @import {Saving} from "./saving/saving.js" */

import { byId, el } from "./elements.js";
import { ApiError } from "./saving/api.js";
import { answers } from "./saving/words.js";

/**
 * @typedef {object} Actions what a rater can do about it
 * @property {() => void} signIn
 * @property {() => void} again
 * @property {(entry: Entry) => string} addressOf the ROI of an answer
 */

/**
 * Say why an ROI can't be opened.
 * @param {Page} page
 * @param {unknown} error
 * @param {Actions} actions
 */
export function tellNotOpened(page, error, actions) {
  const trouble = error instanceof ApiError ? error.trouble : "refused";
  if (trouble === "signin") {
    page.cover("You are signed out. Sign in again to go on; nothing that you answered is gone.");
    actions.signIn();
  } else if (trouble === "offline") {
    const message = error instanceof Error ? error.message : "";
    page.cover(
      `This ROI is not loaded yet. ${message} It opens by itself when the network is back. ` +
        `What you answered is kept in this browser; don't reload this page meanwhile.`,
    );
  } else {
    console.error(error);
    const why = error instanceof Error ? error.message : String(error);
    page.cover(`This ROI can't be shown. ${why} Reload the page to try again.`);
  }
}

/** The line above the buttons that says what is not saved, and why. */
export class OutboxNotice {
  /** @param {Actions} actions */
  constructor(actions) {
    this.actions = actions;
    this.line = el("p", { id: "outbox", class: "notice-line", role: "status", hidden: true });
    byId("notice", HTMLElement).before(this.line);
    this.last = "";
  }

  /** @param {Saving} saving */
  show({ outbox, shelf }) {
    const { waiting, needs, delivery } = outbox.summary();
    const parts = [
      ...(delivery.state === "signin" ? this.signedOut(waiting) : []),
      ...(delivery.state === "waiting" && waiting > 0 ? notSent(waiting, delivery.cause, shelf.broken) : []),
      ...(needs.length > 0 ? this.needsYou(needs) : []),
      ...(shelf.broken ? [KEEPS_NOTHING] : []),
    ];
    const text = parts.map((part) => (typeof part === "string" ? part : part.outerHTML)).join("");
    if (text !== this.last) {
      this.last = text;
      this.line.replaceChildren(...parts);
      this.line.hidden = parts.length === 0;
    }
  }

  /**
   * @param {number} waiting
   * @returns {(string | HTMLElement)[]}
   */
  signedOut(waiting) {
    const kept = waiting > 0 ? ` ${answers(waiting)} ${waiting === 1 ? "is" : "are"} kept here.` : "";
    return [`You are signed out.${kept} `, button("Sign in again", this.actions.signIn), " "];
  }

  /**
   * @param {readonly Entry[]} needs
   * @returns {(string | HTMLElement)[]}
   */
  needsYou(needs) {
    const links = needs.flatMap((entry, n) => [
      n === 0 ? "" : ", ",
      el("a", { href: this.actions.addressOf(entry) }, `ROI ${entry.place}`),
    ]);
    return [`${needs.length === 1 ? "This answer needs" : "These answers need"} you: `, ...links, ". "];
  }
}

const KEEPS_NOTHING =
  "This browser has no room to keep what you type: until it is sent it lives on this page alone. Keep the page open.";

/**
 * @param {number} waiting
 * @param {"network" | "server"} cause
 * @param {boolean} broken whether this browser keeps nothing
 * @returns {string[]}
 */
function notSent(waiting, cause, broken) {
  const why = cause === "network" ? "There is no network" : "The server does not answer as it should";
  const where = broken ? "on this page" : "in this browser";
  return [
    `${why}: go on as usual. ${answers(waiting)} ${waiting === 1 ? "is" : "are"} kept ${where} and sent by itself. ` +
      `Don't reload meanwhile: the page can't load without the server. `,
  ];
}

/**
 * @param {string} text
 * @param {() => void} click
 * @returns {HTMLButtonElement}
 */
export function button(text, click) {
  return el("button", { type: "button", class: "button button-small", click }, text);
}
