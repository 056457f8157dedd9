/** The page without saving, for researchers: nothing is sent, and nothing stays in the browser. */

/** @import {Change, Records, StoreName} from "./database.js" */
/** @import {Draft} from "../answer/answer.js" */

import { Api } from "./api.js";

/** What the page says in the place of how it stands with saving. */
export const PREVIEW_WORDS = Object.freeze({ state: /** @type {const} */ ("saved"), words: "Preview: nothing is saved" });

/** Reads the ROIs of a study as a rater would get them, and takes what is given without sending it. */
export class PreviewApi extends Api {
  /**
   * @param {string} id of the ROI
   * @returns {string}
   */
  addressOf(id) {
    return `${this.root}previews/${id}/`;
  }

  /**
   * Each ROI names the one after it, and none has an answer.
   * @returns {Promise<import("../types.js").Queue | null>}
   */
  async queue() {
    return null;
  }

  /** Nobody counts the time of a preview. */
  opened() {
    return undefined;
  }

  /**
   * @param {string} _id
   * @param {any} body
   * @returns {Promise<import("../types.js").Receipt>}
   */
  async answer(_id, body) {
    return { revision: body.revises + 1, answered_at: new Date().toISOString(), answered: 0, n: 0 };
  }

  /**
   * @param {string} _id
   * @param {{draft: Draft, revises: number, client: string, based_on: number}} body
   * @returns {Promise<{version: number, saved_at: string}>}
   */
  async draft(_id, body) {
    return { version: body.based_on + 1, saved_at: new Date().toISOString() };
  }
}

/**
 * Records that go with the page.
 * @implements {Records}
 */
export class MemoryRecords {
  constructor() {
    /** @type {Record<StoreName, Map<string, any>>} */
    this.stores = { drafts: new Map(), outbox: new Map() };
  }

  /**
   * @param {StoreName} store
   * @returns {Promise<any[]>}
   */
  async all(store) {
    return [...this.stores[store].values()];
  }

  /** @param {readonly Change[]} changes */
  async write(changes) {
    for (const { store, key, put } of changes) {
      if (put === undefined) {
        this.stores[store].delete(key);
      } else {
        this.stores[store].set(key, put);
      }
    }
  }
}
