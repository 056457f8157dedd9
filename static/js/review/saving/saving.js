/** All that keeps what a rater does: drafts, the outbox, the server's drafts, the other tabs. */

/** @import {Change, Records} from "./database.js" */
/** @import {Stored} from "./draft-sync.js" */
/** @import {Kept} from "./drafts.js" */
/** @import {Entry} from "./outbox.js" */
/** @import {Message} from "./tabs.js" */
/** @import {Receipt} from "../types.js" */

import { DraftSync } from "./draft-sync.js";
import { Drafts } from "./drafts.js";
import { stillNews } from "./journal.js";
import { Outbox } from "./outbox.js";
import { Shelf } from "./shelf.js";

/**
 * @typedef {object} World what lies outside, so that tests can stand in for it
 * @property {Records | null} records null: this browser has no database
 * @property {import("./journal.js").Journal} journal
 * @property {Pick<import("./api.js").Api, "answer" | "draft">} api
 * @property {string} client of this tab, the same after a reload
 * @property {() => number} now in ms
 * @property {(work: () => void, ms: number) => unknown} later
 * @property {() => number} random
 * @property {<T>(work: () => Promise<T>) => Promise<T>} alone
 * @property {(message: Message) => void} tellTabs
 */
/**
 * @typedef {object} Listener the page
 * @property {() => void} changed how it stands with saving
 * @property {(entry: Entry, receipt: Receipt) => void} stored
 * @property {(kept: Kept) => void} typedElsewhere in another tab
 * @property {(entry: Entry) => void} answeredElsewhere in another tab
 * @property {(id: string, other: Stored | null) => void} draftConflict null: an answer is there
 */

/** The one door to saving. */
export class Saving {
  /** @param {World} world */
  constructor(world) {
    this.world = world;
    /** @type {Listener | null} */
    this.listener = null;
    this.shelf = new Shelf(world.records, () => this.listener?.changed());
    this.drafts = new Drafts(this.shelf);
    this.outbox = new Outbox({
      shelf: this.shelf,
      send: (entry) => this.send(entry),
      now: world.now,
      wait: (seconds) => new Promise((resolve) => void world.later(() => resolve(), seconds * 1000)),
      alone: world.alone,
      random: world.random,
      tell: () => this.listener?.changed(),
      share: () => world.tellTabs({ kind: "outbox" }),
      stored: (entry, receipt) => this.listener?.stored(entry, receipt),
    });
    this.sync = new DraftSync({
      put: ({ key, draft, revises }, basedOn, lastWords) =>
        world.api.draft(key, { draft, revises, client: world.client, based_on: basedOn }, lastWords),
      now: world.now,
      later: (work, ms) => void world.later(work, ms),
      random: world.random,
      stored: (kept, version) => this.drafts.stored(kept.key, kept.draft, version),
      conflict: (id, other) => this.listener?.draftConflict(id, other),
    });
  }

  /**
   * Take up what earlier pages left, and begin to send it.
   * @param {Kept[]} [old] drafts of an earlier version
   */
  async start(old = []) {
    const { journal } = this.world;
    await this.drafts.start().catch(() => this.shelf.fail());
    const { names, changes } = journal.read();
    const drafts = old.map((kept) => /** @type {Change} */ ({ store: "drafts", key: kept.key, put: kept }));
    const news = stillNews([...drafts, ...changes], this.drafts.kept);
    const written = await this.shelf.write(...news);
    for (const { store, key, put } of news) {
      if (store === "drafts" && put) {
        this.drafts.kept.set(key, put);
      } else if (store === "drafts") {
        this.drafts.kept.delete(key);
      }
    }
    if (written || journal.keep([...this.shelf.pending.values()])) {
      journal.forget(names);
    }
    await this.outbox.refresh().catch(() => this.shelf.fail());
    [...this.drafts.kept.values()].filter((kept) => kept.isNew).forEach((kept) => this.sync.change(kept));
    void this.outbox.deliver();
  }

  /**
   * Keep a draft: at once in this browser, soon on the server.
   * @param {Kept} kept
   */
  keep(kept) {
    this.drafts.keep(kept);
    this.sync.change(kept);
    this.world.tellTabs({ kind: "draft", kept });
  }

  /**
   * Take an answer that was given. It is sent by and by.
   * @param {Entry} entry
   * @returns {Promise<boolean>} whether this browser keeps it through a reload
   */
  give(entry) {
    this.sync.forget(entry.id);
    const kept = this.outbox.add(entry);
    this.drafts.drop(entry.id);
    this.world.tellTabs({ kind: "answered", entry });
    return kept;
  }

  /**
   * Forget what was typed here: another version was taken.
   * @param {string} id
   */
  async discard(id) {
    this.sync.forget(id);
    this.drafts.drop(id);
    await this.outbox.discard(id);
  }

  /**
   * @param {Entry} entry
   * @returns {Promise<Receipt>}
   */
  async send(entry) {
    // A draft that is on its way must not arrive after the answer that it became.
    await this.sync.settled(entry.id);
    return this.world.api.answer(entry.id, entry.body, entry.key);
  }

  /** Try at once what waits: the network is back, or the rater. */
  hurry() {
    void this.shelf.settle();
    void this.outbox.deliver();
    this.sync.hurry();
  }

  /**
   * Hear another tab.
   * @param {Message} message
   */
  hear(message) {
    switch (message.kind) {
      case "outbox":
        void this.outbox.deliver();
        break;
      case "signedin":
        this.hurry();
        break;
      case "draft":
        this.drafts.kept.set(message.kept.key, message.kept);
        this.listener?.typedElsewhere(message.kept);
        break;
      default:
        this.sync.forget(message.entry.id);
        this.drafts.kept.delete(message.entry.id);
        this.listener?.answeredElsewhere(message.entry);
    }
  }

  /**
   * The page may close now: keep what the database has not taken yet.
   * @returns {boolean} whether something would be lost
   */
  leave() {
    const pending = [...this.shelf.pending.values()];
    const kept = this.world.journal.keep(pending);
    const only = pending.some(({ store, put }) => put && (store === "outbox" || put.isNew));
    return only && (this.shelf.broken || !kept);
  }
}
