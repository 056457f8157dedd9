/** The rater's way through the queue: what is answered, what was skipped, what comes next. */

/** @import {QueueItem} from "../types.js" */

/** The ROIs in their stored order. */
export class Way {
  /**
   * @param {readonly QueueItem[]} items
   * @param {Iterable<string>} [given] ids whose answer is on its way
   */
  constructor(items, given = []) {
    this.items = items;
    this.answered = new Set(items.filter((item) => item.answered).map((item) => item.id));
    for (const id of given) {
      this.answered.add(id);
    }
    /** @type {Set<string>} */
    this.skipped = new Set();
  }

  /** @returns {string | undefined} the ROI to begin with: the first open one */
  first() {
    return (this.items.find(({ id }) => !this.answered.has(id)) ?? this.items[0])?.id;
  }

  /**
   * Give the ROI after one: the next open one that was not skipped, past the last the skipped ones.
   * @param {string | undefined} id
   * @param {boolean} [looksBack] the ROI had its answer before: with none open the next in order
   * @returns {string | null} null where none is left
   */
  after(id, looksBack = false) {
    const at = this.place(id);
    const next = looksBack ? this.items[at + 1]?.id : undefined;
    const open = [...this.items.slice(at + 1), ...this.items.slice(0, Math.max(0, at))].filter(
      (item) => !this.answered.has(item.id),
    );
    return (open.find((item) => !this.skipped.has(item.id)) ?? open[0])?.id ?? next ?? null;
  }

  /**
   * @param {string | undefined} id
   * @returns {string | null}
   */
  before(id) {
    return this.items[this.place(id) - 1]?.id ?? null;
  }

  /**
   * Give the ROIs that will probably be asked for after one, in their order.
   * @param {string | undefined} id
   * @param {number} n
   * @returns {string[]}
   */
  ahead(id, n) {
    /** @type {string[]} */ const ids = [];
    for (let next = this.after(id); next && !ids.includes(next) && ids.length < n; next = this.after(next)) {
      ids.push(next);
    }
    return ids.filter((one) => one !== id);
  }

  /**
   * @param {string | undefined} id
   * @returns {number} place in the queue, from 0
   */
  place(id) {
    return this.items.findIndex((item) => item.id === id);
  }
}
