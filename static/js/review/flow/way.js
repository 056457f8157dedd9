/** The rater's way through the queue: what is answered, what was skipped, what comes next. */

/** @import {Assignment, Queue, QueueItem} from "../types.js" */

/** Open ROIs that are known ahead at least: with fewer the next part of the queue is asked for. */
const ENOUGH = 32;

/** @typedef {{id: string, place: number, body: {revises: number}}} Given an answer, sent or not */

/** The ROIs in their stored order, as far as they are known here: a queue comes in parts. */
export class Way {
  /**
   * @param {Queue} queue
   * @param {Iterable<Given>} [given] answers that are on their way
   */
  constructor(queue, given = []) {
    this.n = queue.study.n;
    /** @type {Map<string, QueueItem>} */
    this.known = new Map();
    /** Of them, by place; null where that is to be sorted again. @type {QueueItem[] | null} */
    this.sorted = null;
    /** Ids of known ROIs that have an answer, sent or not. @type {Set<string>} */
    this.answered = new Set();
    /** @type {Set<string>} */
    this.skipped = new Set();
    /** How many answers ROIs have that are not known here. */
    this.others = queue.study.answered;
    this.learn(queue);
    for (const one of given) {
      this.give(one);
    }
  }

  /** @returns {QueueItem[]} what is known, by place */
  get items() {
    this.sorted ??= [...this.known.values()].sort((a, b) => a.position - b.position);
    return this.sorted;
  }

  /** @returns {number} ROIs that have an answer, sent or not */
  get nAnswered() {
    return this.others + this.answered.size;
  }

  /** @returns {boolean} whether every ROI is known */
  get isWhole() {
    return this.known.size >= this.n;
  }

  /**
   * Get to know another part of the queue.
   * @param {Queue} queue
   */
  learn({ items, at, until }) {
    items.forEach((item) => this.add(item));
    this.at = at;
    this.until = until;
  }

  /**
   * Get to know an ROI that was opened by its address, from a link say.
   * @param {Assignment} assignment
   */
  meet({ id, position, answer }) {
    if (!this.known.has(id)) {
      this.add({ id, position, answered: answer !== null, classes: answer?.classes ?? [] });
    }
  }

  /**
   * Take note of an answer that was given here or in another tab.
   * @param {Given} given
   */
  give({ id, place, body }) {
    if (!this.known.has(id)) {
      this.add({ id, position: place, answered: body.revises > 0, classes: [] });
    }
    this.answered.add(id);
  }

  /** @param {QueueItem} item */
  add(item) {
    const isNew = !this.known.has(item.id);
    this.known.set(item.id, item);
    this.sorted = null;
    if (item.answered && !this.answered.has(item.id)) {
      this.answered.add(item.id);
      this.others -= isNew ? 1 : 0;
    }
  }

  /** @returns {string | undefined} the ROI to begin with: the first open one */
  first() {
    const open = this.items.filter(({ id }) => !this.answered.has(id));
    return (open.find(({ position }) => position >= (this.at ?? 1)) ?? open[0] ?? this.items[0])?.id;
  }

  /**
   * Give the ROI after one: the next open one that was not skipped, past the last the skipped ones.
   * @param {string | undefined} id
   * @param {object} [from]
   * @param {boolean} [from.looksBack] the ROI had its answer before: with none open the next in order
   * @param {string | null} [from.next] the next in order, where it is known
   * @returns {string | null} null where none is left
   */
  after(id, { looksBack = false, next = null } = {}) {
    const place = this.place(id);
    const open = this.items.filter((item) => !this.answered.has(item.id) && item.id !== id);
    const ahead = open.filter((item) => item.position > place + 1);
    const found = [...ahead, ...open.filter((item) => item.position <= place)];
    const wanted = found.find((item) => !this.skipped.has(item.id)) ?? found[0];
    const following = next ?? this.items.find((item) => item.position === place + 2)?.id ?? null;
    // Where the queue isn't known any further what follows comes before the first places again.
    if (following !== null && !this.covers(place + 1) && !(wanted && ahead.includes(wanted))) {
      return following;
    }
    return wanted?.id ?? (looksBack ? following : null);
  }

  /**
   * @param {string | undefined} id
   * @param {string | null} [previous] the one before in order, where it is known
   * @returns {string | null}
   */
  before(id, previous = null) {
    const place = this.place(id);
    return previous ?? this.items.find((item) => item.position === place)?.id ?? null;
  }

  /**
   * Give the ROIs that will probably be asked for after one, in their order.
   * @param {string | undefined} id
   * @param {number} n
   * @param {string | null} [following] the next in order, where it is known
   * @returns {string[]}
   */
  ahead(id, n, following = null) {
    /** @type {string[]} */ const ids = [];
    let next = this.after(id, { next: following });
    while (next && !ids.includes(next) && ids.length < n) {
      ids.push(next);
      next = this.known.has(next) ? this.after(next) : null;
    }
    return ids.filter((one) => one !== id);
  }

  /**
   * @param {string | undefined} id
   * @returns {number} place in the queue, from 0; -1 where it isn't known
   */
  place(id) {
    return (this.known.get(id ?? "")?.position ?? 0) - 1;
  }

  /**
   * Say whether enough is known of what comes after a place.
   * @param {number} position from 1
   * @returns {boolean}
   */
  knowsAhead(position) {
    if (this.until === null) {
      return true;
    }
    const from = this.steps(position);
    const to = this.steps(this.until ?? 1);
    const isAhead = (/** @type {QueueItem} */ item) => {
      const steps = this.steps(item.position);
      return steps > from && steps <= to && !this.answered.has(item.id) && !this.skipped.has(item.id);
    };
    return this.covers(position) && this.items.filter(isAhead).length >= ENOUGH;
  }

  /**
   * Say whether all open ROIs from a place on are known for a while.
   * @param {number} position from 1
   * @returns {boolean}
   */
  covers(position) {
    return this.until === null || this.steps(position) < this.steps(this.until ?? 1);
  }

  /**
   * @param {number} position from 1
   * @returns {number} places from where the known part begins, going round past the last
   */
  steps(position) {
    return (position - (this.at ?? 1) + this.n) % this.n;
  }
}
