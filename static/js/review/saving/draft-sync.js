/** Keep drafts on the server too: the newest of each ROI, within two seconds. No DOM. */

/** @import {Draft} from "../answer/answer.js" */
/** @import {Kept} from "./drafts.js" */

import { pauseS } from "./backoff.js";

/** Quiet seconds after which a change is sent, and the longest that it waits while typing goes on. */
export const QUIET_S = 0.8;
export const LIMIT_S = 1.8;

/** @typedef {{version: number, draft: Draft, revises: number, client: string, saved_at: string}} Stored */
/**
 * @typedef {object} Job
 * @property {Kept} kept what the server shall have
 * @property {number} version of the server's draft that it follows
 * @property {number} first when it was first changed since the server had it, in ms
 * @property {number} due in ms; Infinity: it waits for the rater, or for a sign-in
 * @property {number} tries
 * @property {number} conflicts that were met one after the other
 */
/**
 * @typedef {object} Around
 * @property {(kept: Kept, basedOn: number, lastWords: boolean) => Promise<{version: number}>} put
 * @property {() => number} now in ms
 * @property {(work: () => void, ms: number) => void} later
 * @property {() => number} random
 * @property {(kept: Kept, version: number) => void} stored
 * @property {(id: string, other: Stored | null) => void} conflict another draft is there; null: it
 *   became an answer
 */

/** Sends drafts, one request at a time for each ROI. */
export class DraftSync {
  /** @param {Around} around */
  constructor(around) {
    this.around = around;
    /** @type {Map<string, Job>} by assignment */
    this.jobs = new Map();
    /** @type {Map<string, Promise<void>>} */
    this.sending = new Map();
  }

  /**
   * Send a draft soon.
   * @param {Kept} kept
   */
  change(kept) {
    const now = this.around.now();
    const old = this.jobs.get(kept.key);
    const first = old?.first ?? now;
    const due = old?.due === Infinity ? Infinity : Math.min(now + QUIET_S * 1000, first + LIMIT_S * 1000);
    const version = Math.max(old?.version ?? 0, kept.version);
    this.jobs.set(kept.key, { kept, version, first, due, tries: old?.tries ?? 0, conflicts: old?.conflicts ?? 0 });
    this.plan(due - now);
  }

  /**
   * Send nothing more of an ROI: its answer is given.
   * @param {string} id
   */
  forget(id) {
    this.jobs.delete(id);
  }

  /**
   * @param {string} id
   * @returns {Promise<void>} when no request of the ROI is on its way any more
   */
  async settled(id) {
    await this.sending.get(id);
  }

  /**
   * Go on after a conflict: the draft here follows the other one. At once, but for conflict on
   * conflict: a server that says no to everything is not asked without end.
   * @param {string} id
   * @param {number} version
   */
  resolve(id, version) {
    const job = this.jobs.get(id);
    if (job) {
      const pause = job.conflicts > 1 ? pauseS(job.conflicts - 2, this.around.random()) : 0;
      this.jobs.set(id, { ...job, version, due: this.around.now() + pause * 1000 });
      this.plan(pause * 1000);
      this.work();
    }
  }

  /** Send at once what waits: the network is back, or the rater. */
  hurry() {
    for (const [id, job] of this.jobs) {
      if (job.due !== Infinity || job.tries > 0) {
        this.jobs.set(id, { ...job, due: this.around.now() });
      }
    }
    this.work();
  }

  /** Send what waits while the page goes away. */
  lastWords() {
    for (const job of this.jobs.values()) {
      if (job.due !== Infinity && !this.sending.has(job.kept.key)) {
        void this.around.put(job.kept, job.version, true).catch(() => undefined);
      }
    }
  }

  /** @param {number} ms */
  plan(ms) {
    if (ms < Infinity) {
      this.around.later(() => this.work(), Math.max(0, ms));
    }
  }

  work() {
    for (const [id, job] of this.jobs) {
      if (job.due <= this.around.now() && !this.sending.has(id)) {
        const sent = this.send(job).finally(() => {
          this.sending.delete(id);
          this.plan((this.jobs.get(id)?.due ?? Infinity) - this.around.now());
        });
        this.sending.set(id, sent);
      }
    }
  }

  /** @param {Job} job */
  async send(job) {
    const { kept } = job;
    try {
      const { version } = await this.around.put(kept, job.version, false);
      const now = this.jobs.get(kept.key);
      if (now?.kept === kept) {
        this.jobs.delete(kept.key);
      } else if (now) {
        this.jobs.set(kept.key, { ...now, version, first: this.around.now(), tries: 0, conflicts: 0 });
      }
      this.around.stored(kept, version);
    } catch (error) {
      this.failed(kept.key, error);
    }
  }

  /**
   * @param {string} id
   * @param {any} error
   */
  failed(id, error) {
    const job = this.jobs.get(id);
    if (!job) {
      return;
    }
    if (error?.trouble === "offline") {
      const pause = pauseS(job.tries, this.around.random(), error.retryAfterS);
      this.jobs.set(id, { ...job, tries: job.tries + 1, due: this.around.now() + pause * 1000 });
    } else if (error?.trouble === "signin") {
      this.jobs.set(id, { ...job, tries: job.tries + 1, due: Infinity });
    } else if (error?.trouble === "conflict") {
      this.jobs.set(id, { ...job, tries: 0, conflicts: job.conflicts + 1, due: Infinity });
      this.around.conflict(id, error.problem?.current ?? null);
    } else {
      // Too long for the server, or the study is closed: the browser has it all the same.
      this.jobs.delete(id);
    }
  }
}
