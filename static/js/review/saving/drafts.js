/** Keep what a rater typed in the browser until the server has it, one entry an assignment. */

/** @import {Draft} from "../answer/answer.js" */

const PREFIX = "second-look:";

/**
 * @typedef {object} Kept
 * @property {Draft} draft
 * @property {number} revises revision that the rater saw, 0 for none
 * @property {number} activeS seconds of work so far
 * @property {string | null} key idempotency key of an answer that was sent and not acknowledged
 */

/** Drafts of one account, so that two people on one computer don't see each other's. */
export class Drafts {
  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
   * @param {string} account
   */
  constructor(storage, account) {
    this.storage = storage;
    this.account = account;
  }

  /**
   * Give what was kept of an assignment, null where there is nothing or it can't be read.
   * @param {string} id
   * @returns {Kept | null}
   */
  read(id) {
    try {
      const text = this.storage.getItem(this.name(id));
      const kept = text === null ? null : JSON.parse(text);
      return isKept(kept) ? kept : null;
    } catch {
      return null;
    }
  }

  /**
   * Keep a draft. False where the browser has no room: the page must say so.
   * @param {string} id
   * @param {Kept} kept
   * @returns {boolean}
   */
  keep(id, kept) {
    try {
      this.storage.setItem(this.name(id), JSON.stringify(kept));
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Forget a draft: the server has it.
   * @param {string} id
   */
  drop(id) {
    try {
      this.storage.removeItem(this.name(id));
    } catch {
      // A storage that can't be written holds nothing of ours either.
    }
  }

  /**
   * @param {string} id
   * @returns {string}
   */
  name(id) {
    return `${PREFIX}${this.account}:${id}`;
  }
}

/**
 * @param {any} value
 * @returns {value is Kept}
 */
function isKept(value) {
  const draft = value?.draft;
  return (
    Array.isArray(draft?.classes) &&
    Array.isArray(draft.reasons) &&
    typeof draft.comment === "string" &&
    typeof draft.classTexts === "object" &&
    typeof draft.reasonTexts === "object" &&
    typeof value.revises === "number" &&
    typeof value.activeS === "number"
  );
}
