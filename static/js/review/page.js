/** The frame around planes and form: progress, state of saving, notices, the card of keys. */

/** @import {SavingWords} from "./saving/words.js" */
/** @import {Questionnaire} from "./types.js" */

import { byId } from "./elements.js";

const WHOLE_SCAN_WORDS = {
  crop: "close-up",
  loading: "loading the whole scan …",
  ready: "whole scan loaded",
  whole: "whole scan",
  failed: "close-up only: the whole scan did not arrive",
};

/** The parts of the page that are neither planes nor form. */
export class Page {
  constructor() {
    this.saving = byId("saving", HTMLElement);
    this.progress = byId("progress", HTMLProgressElement);
    this.place = byId("place", HTMLElement);
    this.timeLeft = byId("time-left", HTMLElement);
    this.notice = byId("notice", HTMLElement);
    this.summary = byId("summary", HTMLElement);
    this.scan = byId("scan-state", HTMLElement);
    this.veil = byId("veil", HTMLElement);
    this.panel = byId("panel", HTMLElement);
  }

  /** @param {SavingWords} saving */
  showSaving({ state, words }) {
    if (this.saving.textContent !== words) {
      this.saving.textContent = words;
    }
    this.saving.className = `saving saving-${state}`;
  }

  /**
   * @param {object} at
   * @param {number} at.place from 1
   * @param {number} at.n
   * @param {number} at.answered
   * @param {string} at.timeLeft
   */
  showProgress({ place, n, answered, timeLeft }) {
    this.place.textContent = `${place} of ${n}`;
    this.progress.max = n;
    this.progress.value = answered;
    this.progress.setAttribute("aria-valuetext", `${answered} of ${n} answered`);
    this.progress.title = `${answered} of ${n} answered`;
    this.timeLeft.textContent = timeLeft;
  }

  /**
   * Say something about the whole answer; an empty text takes it away.
   * @param {string} text
   * @param {Node[]} more
   */
  tell(text, ...more) {
    this.notice.replaceChildren(...(text ? [text, ...more] : []));
    this.notice.hidden = text === "";
  }

  /**
   * Name the open questions; an empty text takes it away.
   * @param {string} text
   */
  showSummary(text) {
    this.summary.textContent = text;
  }

  /**
   * Cover the planes while there is nothing right to show.
   * @param {string} text empty: uncover
   * @param {Node[]} more
   */
  cover(text, ...more) {
    this.veil.replaceChildren(text, ...more);
    this.veil.hidden = text === "";
  }

  /**
   * @param {keyof typeof WHOLE_SCAN_WORDS} state
   */
  showScan(state) {
    this.scan.textContent = WHOLE_SCAN_WORDS[state];
  }
}

/**
 * Put an answer, whole or begun, into one line.
 * @param {Questionnaire} questionnaire
 * @param {ReturnType<typeof import("./answer/answer.js").answerOf>} answer
 * @returns {string}
 */
export function answerInWords(questionnaire, { classes, confidence, reasons, needs_correction, guessed_source, comment }) {
  const level = questionnaire.confidence.levels[(confidence ?? 0) - 1] ?? "";
  return [
    ...(classes.length > 0 ? [classes.join(" > ")] : []),
    ...(confidence === null ? [] : [`confidence ${confidence} (${level})`]),
    ...(reasons.length > 0 ? [`reasons: ${reasons.join(", ")}`] : []),
    ...(needs_correction === null ? [] : [`correction: ${needs_correction ? "yes" : "no"}`]),
    ...(guessed_source ? [`drawn by: ${guessed_source}`] : []),
    ...(comment ? [`“${comment}”`] : []),
  ].join("; ");
}
