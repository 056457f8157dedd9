/** One rater at the queue: open an ROI, answer it, go on, go back. No DOM, no waiting for the network. */

/** @import {Api} from "../saving/api.js" */
/** @import {Draft} from "../answer/answer.js" */
/** @import {Refusal} from "../saving/outbox.js" */
/** @import {Saving} from "../saving/saving.js" */
/** @import {Roi} from "../viewer/roi-loader.js" */
/** @import {Queue} from "../types.js" */
/** @import {Version} from "./versions.js" */

import { emptyDraft, sameAnswer } from "../answer/answer.js";
import { chooseDraft } from "../saving/choose-draft.js";
import { entryOf, timesOf } from "./entry.js";
import { lookAhead } from "./look-ahead.js";
import { LOOK_BACK } from "./pace.js";
import { standing } from "./standing.js";
import { fromDraft, otherAnswer } from "./versions.js";
import { Way } from "./way.js";

/** How many ROIs are fetched ahead: three onward without network, and the one that was on its way. */
const AHEAD = 4;

/**
 * @typedef {object} Parts
 * @property {Api} api
 * @property {import("../viewer/prefetch.js").Prefetcher<Roi>} rois
 * @property {Saving} saving
 * @property {import("./activity.js").Activity} activity
 * @property {() => number} seconds of a clock that never goes back
 * @property {string} clientVersion of this page
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
    const waiting = [...parts.saving.outbox.entries.values()];
    this.way = new Way(queue, waiting.filter(({ study }) => study === queue.study.id));
    /** Whether the next part of the queue is on its way. */
    this.asking = false;
    /** @type {Roi | null} */
    this.roi = null;
    /** @type {Draft} */
    this.draft = emptyDraft();
    /** @type {Draft | null} the answer as it stands, sent or not */
    this.given = null;
    this.revises = 0;
    this.activeBefore = 0;
    this.totalBefore = 0;
    this.shownAt = 0;
    /** Version of the server's draft that this one follows. */
    this.version = 0;
    /** Whether something was typed here. */
    this.touched = false;
    /** Whether the ROI had its answer when it was opened. */
    this.looksBack = false;
    /** @type {string | null} the ROI that is on its way */
    this.opening = null;
    /** @type {string | null} the ROI that did not come */
    this.missing = null;
    /** @type {Draft | null} what was typed here before the answer that there is now */
    this.older = null;
    /** @type {Refusal | null} what the server objects to in the answer */
    this.refusal = null;
    /** @type {Version | null} another version, until the rater has chosen */
    this.other = null;
    /** @type {Map<string, import("./standing.js").Given>} answers newer than what was loaded */
    this.newer = new Map();
    /** @type {Map<string, import("../saving/draft-sync.js").Stored>} drafts that others typed */
    this.elsewhere = new Map();
    /** @type {number[]} */
    this.pace = [];
  }

  /** Whether what is typed now would not be of the ROI on the screen. */
  get locked() {
    return this.opening !== null || this.missing !== null;
  }

  /** @returns {Set<string>} ids of the ROIs that have an answer, sent or not */
  get answered() {
    return this.way.answered;
  }

  /** @returns {string | undefined} */
  first() {
    return this.way.first();
  }

  /**
   * Open an ROI: from memory if it was fetched ahead. Null where another was opened meanwhile.
   * @param {string} id
   * @returns {Promise<Roi | null>}
   */
  async open(id) {
    this.note();
    this.opening = id;
    const roi = await this.parts.rois.get(id).catch((error) => {
      if (this.opening === id) {
        this.opening = null;
        this.missing = id;
        throw error;
      }
      return null;
    });
    if (roi === null || this.opening !== id) {
      return null;
    }
    this.opening = null;
    this.missing = null;
    this.roi = roi;
    this.way.meet(roi.assignment);
    this.parts.activity.restart();
    this.shownAt = this.parts.seconds();
    this.looksBack = this.answered.has(id);
    this.takeUp();
    return roi;
  }

  /** The ROI is on the screen: the server counts from now. */
  seen() {
    // Said late it would count too late: where work began before, the first sending counts.
    if (this.roi && !this.looksBack && this.totalBefore === 0) {
      this.parts.api.opened(this.roi.assignment.id);
    }
  }

  /** Go on with the draft of the ROI that is open, or with its answer. */
  takeUp() {
    const { id, answer, draft: loaded } = this.current().assignment;
    const { outbox, drafts, world } = this.parts.saving;
    const waiting = outbox.of(id);
    Object.assign(this, standing(answer, waiting, this.newer.get(id)));
    const kept = drafts.read(id);
    const choice = chooseDraft({
      given: this.given ?? emptyDraft(),
      revises: this.revises,
      kept: kept && this.refusal ? { ...kept, revises: this.revises } : kept,
      remote: this.elsewhere.get(id) ?? loaded ?? null,
      client: world.client,
    });
    const times = choice.kept ?? (this.refusal ? timesOf(waiting.at(-1)?.body) : { activeS: 0, totalS: 0 });
    this.draft = choice.draft;
    this.version = choice.version;
    this.activeBefore = times.activeS;
    this.totalBefore = times.totalS;
    this.older = choice.older;
    if (this.older) {
      this.parts.saving.sync.forget(id); // it is the rater's to put back, not ours to send
    }
    this.other = choice.other ? fromDraft(choice.other) : this.refusal && otherAnswer(this.refusal);
    this.touched = choice.kept?.isNew ?? false;
  }

  /**
   * Fetch what will be opened next.
   * @returns {Promise<void>} when all of it is there
   */
  fetchAhead() {
    void lookAhead(this);
    const { id, next } = this.current().assignment;
    return this.parts.rois.want(this.way.ahead(id, AHEAD, next));
  }

  /**
   * Change the draft; it is kept in the browser at once.
   * @param {Partial<Draft>} part
   */
  change(part) {
    this.draft = { ...this.draft, ...part };
    this.touched = true;
    this.parts.saving.keep(this.kept(true));
  }

  /** Note the time of work with what was typed, where something was. */
  note() {
    const { drafts } = this.parts.saving;
    const old = this.roi && !this.locked ? drafts.read(this.roi.assignment.id) : null;
    if (old?.revises === this.revises) {
      drafts.keep(this.kept(old.isNew));
    }
  }

  /**
   * @param {boolean} isNew whether the server does not have it
   * @returns {import("../saving/drafts.js").Kept}
   */
  kept(isNew) {
    const { id } = this.current().assignment;
    this.version = Math.max(this.version, this.parts.saving.drafts.read(id)?.version ?? 0);
    return {
      key: id,
      draft: this.draft,
      revises: this.revises,
      activeS: this.activeS(),
      totalS: this.totalS(),
      at: Date.now(),
      version: this.version,
      isNew,
    };
  }

  /** @returns {number} seconds of work on the ROI, those before a reload included */
  activeS() {
    return this.activeBefore + this.parts.activity.seconds();
  }

  /** @returns {number} seconds that the ROI was open */
  totalS() {
    return this.totalBefore + this.parts.seconds() - this.shownAt;
  }

  /** @returns {boolean} whether there is something that was not saved yet */
  isChanged() {
    return this.refusal !== null || this.given === null || !sameAnswer(this.draft, this.given);
  }

  /** Save the answer: it is kept here, and sent without anyone waiting for it. */
  save() {
    const { assignment } = this.current();
    const { id } = assignment;
    const entry = entryOf({
      assignment,
      study: this.queue.study.id,
      place: this.place() + 1,
      draft: this.draft,
      revises: this.revises,
      activeS: this.activeS(),
      totalS: this.totalS(),
      clientVersion: this.parts.clientVersion,
    });
    this.newer.set(id, { draft: this.draft, revision: this.revises + 1 });
    this.answered.add(id);
    this.way.skipped.delete(id);
    this.pace = [...this.pace, entry.body.active_s].slice(-LOOK_BACK);
    void this.parts.saving.give(entry);
    this.startOver();
  }

  /**
   * Forget an answer that the server never took.
   * @param {string} id
   */
  forget(id) {
    this.newer.delete(id);
    this.elsewhere.delete(id);
    if (this.current().assignment.answer === null) {
      this.answered.delete(id);
    }
    this.startOver();
  }

  /** Go on without an answer; what was typed stays for the way back. */
  skip() {
    const { id } = this.current().assignment;
    if (!this.answered.has(id)) {
      this.way.skipped.add(id);
    }
  }

  /** Begin the ROI's times anew, with what is known of it now. */
  startOver() {
    const { assignment } = this.current();
    assignment.draft = null;
    this.parts.activity.restart();
    this.shownAt = this.parts.seconds();
    this.takeUp();
  }

  /** @returns {string | null} the ROI to go on with; null where all are answered */
  after() {
    const { id, next } = this.roi?.assignment ?? {};
    return this.way.after(id, { looksBack: this.looksBack, next });
  }

  /** @returns {string | null} */
  before() {
    const { id, previous } = this.roi?.assignment ?? {};
    return this.way.before(id, previous);
  }

  /** @returns {number} place of the ROI in the queue, from 0 */
  place() {
    return this.way.place(this.roi?.assignment.id);
  }

  /** @returns {Roi} */
  current() {
    if (!this.roi) {
      throw new Error("no ROI is open");
    }
    return this.roi;
  }
}
