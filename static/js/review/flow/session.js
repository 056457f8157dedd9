/** One rater's way through the queue: open, draft, save, go on, go back. */

/** @import {Api} from "../saving/api.js" */
/** @import {Draft} from "../answer/answer.js" */
/** @import {Roi} from "../viewer/roi-loader.js" */
/** @import {Queue} from "../types.js" */

import { answerOf, draftOf, emptyDraft, sameAnswer } from "../answer/answer.js";
import { LOOK_BACK } from "./pace.js";

/** How many ROIs are fetched ahead. */
const AHEAD = 3;

/**
 * @typedef {object} Parts
 * @property {Api} api
 * @property {import("../viewer/prefetch.js").Prefetcher<Roi>} rois
 * @property {import("../saving/drafts.js").Drafts} drafts
 * @property {import("../saving/saving.js").Saver} saver
 * @property {import("./activity.js").Activity} activity
 */

/** What the rater is at. The page asks it to change, and shows it after. */
export class Session {
  /**
   * @param {Parts} parts
   * @param {Queue} queue
   */
  constructor(parts, queue) {
    this.parts = parts;
    this.queue = queue;
    this.answered = new Set(queue.items.filter((item) => item.answered).map((item) => item.id));
    /** @type {Roi | null} */
    this.roi = null;
    /** @type {Draft} */
    this.draft = emptyDraft();
    this.revises = 0;
    this.activeBefore = 0;
    /** @type {string | null} */
    this.key = null;
    this.saving = false;
    /** @type {string | null} the ROI that is on its way */
    this.opening = null;
    /** @type {Draft | null} what was typed here before the answer that the server has now */
    this.older = null;
    /** @type {number[]} */
    this.pace = [];
  }

  /** Whether what is typed now would not be of the ROI on the screen, or of another answer. */
  get locked() {
    return this.saving || this.opening !== null;
  }

  /** @returns {string | undefined} the ROI to begin with: the first open one */
  first() {
    return (this.queue.items.find((item) => !this.answered.has(item.id)) ?? this.queue.items[0])?.id;
  }

  /**
   * Open an ROI: from memory if it was fetched ahead. Null where another was opened meanwhile.
   * @param {string} id
   * @returns {Promise<Roi | null>}
   */
  async open(id) {
    this.opening = id;
    const roi = await this.parts.rois.get(id).catch((error) => {
      if (this.opening === id) {
        this.opening = null;
        throw error;
      }
      return null;
    });
    if (roi === null || this.opening !== id) {
      return null;
    }
    this.opening = null;
    this.roi = roi;
    this.parts.activity.restart();
    this.takeUp();
    return roi;
  }

  /** Go on with the draft of the ROI that was opened, or with its answer. */
  takeUp() {
    const { id, answer } = this.current().assignment;
    const given = answer ? draftOf(answer) : emptyDraft();
    const kept = this.parts.drafts.read(id);
    this.revises = answer?.revision ?? 0;
    const useful = kept !== null && kept.revises === this.revises;
    this.draft = useful ? kept.draft : given;
    this.key = useful ? kept.key : null;
    this.activeBefore = useful ? kept.activeS : 0;
    const differs = kept !== null && ![given, emptyDraft()].some((one) => sameAnswer(kept.draft, one));
    this.older = differs && !useful ? kept.draft : null;
  }

  /**
   * Fetch what will be opened next.
   * @returns {Promise<void>} when all of it is there
   */
  fetchAhead() {
    const at = this.place();
    return this.parts.rois.want(this.queue.items.slice(at + 1, at + 1 + AHEAD).map((item) => item.id));
  }

  /**
   * Change the draft; it is kept in the browser at once.
   * @param {Partial<Draft>} part
   * @returns {boolean} false where the browser can't keep it
   */
  change(part) {
    this.draft = { ...this.draft, ...part };
    this.key = null;
    return this.keep();
  }

  /**
   * @param {number} [activeS]
   * @returns {boolean}
   */
  keep(activeS = this.activeS()) {
    const { id } = this.current().assignment;
    return this.parts.drafts.keep(id, {
      draft: this.draft,
      revises: this.revises,
      activeS,
      key: this.key,
    });
  }

  /** @returns {number} seconds of work on the ROI, those before a reload included */
  activeS() {
    return this.activeBefore + this.parts.activity.seconds();
  }

  /** @returns {boolean} whether there is something that the server does not have */
  isChanged() {
    const { answer } = this.current().assignment;
    return answer === null || !sameAnswer(this.draft, draftOf(answer));
  }

  /**
   * Send the answer and wait until the server has it.
   * @throws {import("../saving/api.js").ApiError} where trying again does not help; the draft stays
   */
  async save() {
    const { assignment } = this.current();
    // An answer that was sent before a reload goes again as it went: its key stands for its body.
    const activeS = this.key === null ? Math.round(this.activeS() * 10) / 10 : this.activeBefore;
    this.key ??= crypto.randomUUID();
    this.keep(activeS);
    this.saving = true;
    try {
      const answer = answerOf(this.draft);
      const body = { ...answer, active_s: activeS, revises: this.revises };
      const receipt = await this.parts.saver.save(assignment.id, body, this.key);
      assignment.answer = /** @type {any} */ ({ ...answer, revision: receipt.revision });
      this.parts.drafts.drop(assignment.id);
      this.answered.add(assignment.id);
      this.pace = [...this.pace, activeS].slice(-LOOK_BACK);
    } finally {
      this.key = null;
      this.saving = false;
    }
  }

  /**
   * Learn the answer that was given elsewhere. What was typed here stays, and would follow it.
   * @returns {Promise<import("../types.js").Answer | null>}
   */
  async seeOther() {
    const { assignment } = this.current();
    const { answer } = await this.parts.api.assignment(assignment.id);
    assignment.answer = answer;
    this.revises = answer?.revision ?? 0;
    this.keep();
    return answer;
  }

  /** @returns {string | null} the ROI after this one; past the last the first open one */
  after() {
    const next = this.queue.items[this.place() + 1];
    return next?.id ?? this.queue.items.find((item) => !this.answered.has(item.id))?.id ?? null;
  }

  /** @returns {string | null} */
  before() {
    return this.queue.items[this.place() - 1]?.id ?? null;
  }

  /** @returns {number} place of the ROI in the queue, from 0 */
  place() {
    const id = this.roi?.assignment.id;
    return this.queue.items.findIndex((item) => item.id === id);
  }

  /** @returns {Roi} */
  current() {
    if (!this.roi) {
      throw new Error("no ROI is open");
    }
    return this.roi;
  }
}
