/** What a rater typed and has not saved: in memory, in the browser, told to the other tabs. */

/** @import {Draft} from "../answer/answer.js" */
/** @import {Shelf} from "./shelf.js" */

/**
 * @typedef {object} Kept
 * @property {string} key id of the assignment
 * @property {Draft} draft
 * @property {number} revises revision that the rater saw, 0 for none
 * @property {number} activeS seconds of work so far
 * @property {number} totalS seconds that the ROI was open so far
 * @property {number} at when it was typed, in ms
 * @property {number} version of the server's draft that it follows, 0 for none
 * @property {boolean} isNew whether the server does not have it
 */

/** Drafts of one account, one an assignment. */
export class Drafts {
  /** @param {Shelf} shelf */
  constructor(shelf) {
    this.shelf = shelf;
    /** @type {Map<string, Kept>} */
    this.kept = new Map();
  }

  /** Read what earlier pages left. */
  async start() {
    for (const [key, kept] of await this.shelf.all("drafts")) {
      if (isKept(kept)) {
        this.kept.set(key, kept);
      }
    }
  }

  /**
   * @param {string} id
   * @returns {Kept | null}
   */
  read(id) {
    return this.kept.get(id) ?? null;
  }

  /** @param {Kept} kept */
  keep(kept) {
    this.kept.set(kept.key, kept);
    void this.shelf.write({ store: "drafts", key: kept.key, put: kept });
  }

  /**
   * Forget a draft: its answer is kept elsewhere.
   * @param {string} id
   */
  drop(id) {
    if (this.kept.delete(id)) {
      void this.shelf.write({ store: "drafts", key: id });
    }
  }

  /**
   * Note that the server has a draft, unless another was typed since.
   * @param {string} id
   * @param {Draft} draft
   * @param {number} version
   */
  stored(id, draft, version) {
    const kept = this.kept.get(id);
    if (kept) {
      this.keep({ ...kept, version, isNew: kept.draft !== draft });
    }
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
