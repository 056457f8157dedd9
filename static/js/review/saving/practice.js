/** The practice block: ROIs at addresses of their own, answers kept apart, no drafts. */

/** @import {Receipt} from "../types.js" */

import { PreviewApi } from "./preview.js";

/** What the page says in the place of how it stands with saving. */
export const PRACTICE_WORDS = Object.freeze({ state: /** @type {const} */ ("saved"), words: "Practice: kept apart" });

/** Sends answers, and nothing else. */
export class PracticeApi extends PreviewApi {
  /**
   * @param {string} id of the practice ROI
   * @returns {string}
   */
  addressOf(id) {
    return `${this.root}practice/${id}/`;
  }

  /**
   * @param {string} id
   * @param {any} body
   * @param {string} [key]
   * @returns {Promise<Receipt>}
   */
  answer(id, body, key = "") {
    return this.send("POST", `${this.addressOf(id)}answers/`, body, { "Idempotency-Key": key });
  }
}
