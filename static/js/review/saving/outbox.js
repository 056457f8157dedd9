/** Send answers until the server has each of them, in order for each ROI. No DOM. */

/** @import {Draft} from "../answer/answer.js" */
/** @import {Receipt} from "../types.js" */
/** @import {Trouble} from "./api.js" */
/** @import {Shelf} from "./shelf.js" */

import { pauseS } from "./backoff.js";

/**
 * @typedef {object} Entry an answer that was given and is not stored yet
 * @property {string} key its idempotency key
 * @property {string} id of the assignment
 * @property {string} study
 * @property {number} place of the ROI, from 1
 * @property {number} at when it was given, in ms
 * @property {Record<string, any> & {revises: number}} body as the server takes it; it never changes
 * @property {Draft} draft as the form shows it
 * @property {Refusal | null} refusal why it needs the rater; null while it is to be sent
 */
/** @typedef {{trouble: Trouble, message: string, problem: Record<string, any>}} Refusal */
/**
 * @typedef {object} Delivery how it stands with sending
 * @property {"idle" | "sending" | "waiting" | "signin"} state
 * @property {"network" | "server"} cause of waiting
 */
/**
 * @typedef {object} Surroundings
 * @property {Shelf} shelf
 * @property {(entry: Entry) => Promise<Receipt>} send
 * @property {() => number} now in ms
 * @property {(seconds: number) => Promise<void>} wait
 * @property {<T>(work: () => Promise<T>) => Promise<T>} alone run while no other tab does
 * @property {() => number} random from 0 to 1
 * @property {() => void} tell the page that something changed
 * @property {() => void} share tell the other tabs, once it is on the shelf
 * @property {(entry: Entry, receipt: Receipt) => void} stored
 */

/** The outbox of one account; all its tabs share what is on the shelf. */
export class Outbox {
  /** @param {Surroundings} around */
  constructor(around) {
    this.around = around;
    /** @type {Map<string, Entry>} by key */
    this.entries = new Map();
    /** @type {Delivery} */
    this.delivery = { state: "idle", cause: "network" };
    this.tries = 0;
    /** When the server wants to be asked again at the earliest, in ms. */
    this.notBefore = 0;
    /** @type {Promise<void> | null} */
    this.working = null;
    this.again = false;
    this.hurry = () => {};
  }

  /** Learn what earlier pages and other tabs left. */
  async refresh() {
    this.entries = await this.around.shelf.all("outbox");
    this.around.tell();
  }

  /**
   * Take an answer. It replaces what was refused of the same ROI.
   * @param {Entry} entry
   * @returns {Promise<boolean>} whether the browser keeps it
   */
  add(entry) {
    const replaced = this.refused(entry.id) ? this.of(entry.id) : [];
    const kept = this.change([entry], replaced);
    void this.deliver();
    return kept;
  }

  /**
   * Give up what waits of an ROI: the rater took another answer instead.
   * @param {string} id
   */
  async discard(id) {
    await this.change([], this.of(id));
  }

  /**
   * Give the answers of one ROI, each after the one that it follows.
   * @param {string} id
   * @returns {Entry[]}
   */
  of(id) {
    const all = [...this.entries.values()].filter((entry) => entry.id === id);
    return all.sort((a, b) => a.body.revises - b.body.revises || a.at - b.at);
  }

  /**
   * @param {string} id
   * @returns {Entry | null} the last answer that was given to an ROI
   */
  newest(id) {
    return this.of(id).at(-1) ?? null;
  }

  /**
   * @param {string} id
   * @returns {Refusal | null} what the server objects to
   */
  refused(id) {
    return this.of(id).find((entry) => entry.refusal)?.refusal ?? null;
  }

  /** @returns {{waiting: number, needs: Entry[], delivery: Delivery}} */
  summary() {
    const needs = this.inOrder().filter((entry) => entry.refusal);
    const blocked = new Set(needs.map((entry) => entry.id));
    const waiting = [...this.entries.values()].filter((entry) => !blocked.has(entry.id)).length;
    return { waiting, needs, delivery: this.delivery };
  }

  /**
   * Send what waits. A call while that goes on hurries it.
   * @returns {Promise<void>} when nothing is left to be sent, or only the rater can help
   */
  deliver() {
    this.again = true;
    this.hurry();
    this.working ??= this.work();
    return this.working;
  }

  async work() {
    try {
      while (this.again) {
        this.again = false;
        const pause = await this.around.alone(() => this.round());
        if (pause > 0 && pause < Infinity && !this.again) {
          await this.pause(pause);
          this.again = true;
        }
      }
    } finally {
      this.working = null;
    }
  }

  /** @param {number} seconds */
  async pause(seconds) {
    const hurried = new Promise((resolve) => {
      this.hurry = () => resolve(undefined);
    });
    await Promise.race([this.around.wait(seconds), hurried]);
    this.hurry = () => {};
  }

  /**
   * Send what can be sent now.
   * @returns {Promise<number>} seconds to the next try; 0: nothing is left, Infinity: not by itself
   */
  async round() {
    await this.refresh().catch(() => undefined);
    if (this.around.now() < this.notBefore) {
      return (this.notBefore - this.around.now()) / 1000;
    }
    /** @type {Set<string>} ROIs whose answer the server failed on */
    const failed = new Set();
    for (let entry = this.next(failed); entry; entry = this.next(failed)) {
      this.show("sending");
      const { receipt, error } = await this.around.send(entry).then(
        (found) => ({ receipt: found, error: null }),
        (thrown) => ({ receipt: null, error: thrown }),
      );
      if (receipt) {
        await this.accept(entry, receipt);
      } else if (error?.trouble === "signin") {
        this.show("signin");
        return Infinity;
      } else if (error?.trouble !== "offline") {
        await this.refuse(entry, error);
      } else if (error.status && !error.retryAfterS) {
        failed.add(entry.id);
      } else {
        return this.later(error.status ? "server" : "network", error.retryAfterS);
      }
    }
    if (failed.size > 0) {
      return this.later("server");
    }
    this.show("idle");
    return 0;
  }

  /**
   * @param {Delivery["cause"]} cause
   * @param {number} [retryAfterS] as the server asked
   * @returns {number} seconds to wait
   */
  later(cause, retryAfterS = 0) {
    this.show("waiting", cause);
    this.notBefore = retryAfterS > 0 ? this.around.now() + retryAfterS * 1000 : 0;
    const pause = pauseS(this.tries, this.around.random(), retryAfterS);
    this.tries += 1;
    return pause;
  }

  /**
   * Choose what is sent next: the oldest answer, after those of the same ROI that it follows.
   * @param {ReadonlySet<string>} failed ROIs to leave out
   * @returns {Entry | null}
   */
  next(failed) {
    const oldest = this.inOrder().find(({ id }) => !failed.has(id) && !this.refused(id));
    return oldest ? (this.of(oldest.id)[0] ?? null) : null;
  }

  /**
   * @param {Entry} entry
   * @param {Receipt} receipt
   */
  async accept(entry, receipt) {
    this.tries = 0;
    const gone = this.change([], [entry]);
    this.around.stored(entry, receipt);
    await gone;
  }

  /**
   * @param {Entry} entry
   * @param {any} error
   */
  async refuse(entry, error) {
    const trouble = error?.trouble ?? "refused";
    const refusal = { trouble, message: String(error?.message ?? error), problem: error?.problem ?? {} };
    await this.change([{ ...entry, refusal }], []);
  }

  /**
   * Send again what was refused, as it is.
   * @param {string} id
   */
  retry(id) {
    const refused = this.of(id).filter((entry) => entry.refusal);
    void this.change(refused.map((entry) => ({ ...entry, refusal: null })), []);
    return this.deliver();
  }

  /**
   * @param {readonly Entry[]} put
   * @param {readonly Entry[]} gone
   * @returns {Promise<boolean>} whether it is on the disk
   */
  async change(put, gone) {
    put.forEach((entry) => this.entries.set(entry.key, entry));
    gone.forEach((entry) => this.entries.delete(entry.key));
    this.around.tell();
    const kept = await this.around.shelf.write(
      ...put.map((entry) => ({ store: /** @type {const} */ ("outbox"), key: entry.key, put: entry })),
      ...gone.map((entry) => ({ store: /** @type {const} */ ("outbox"), key: entry.key })),
    );
    this.around.share();
    return kept;
  }

  /**
   * @param {Delivery["state"]} state
   * @param {Delivery["cause"]} [cause]
   */
  show(state, cause = "network") {
    this.delivery = { state, cause };
    this.around.tell();
  }

  /** @returns {Entry[]} as they were given */
  inOrder() {
    return [...this.entries.values()].sort((a, b) => a.at - b.at);
  }
}
