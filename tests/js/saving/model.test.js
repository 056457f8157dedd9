/** Random days of raters: whatever happens, each answer that was kept is stored once, and in order. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { emptyDraft } from "../../../static/js/review/answer/answer.js";
import { Browser } from "./world.js";

/** @import {Saving} from "../../../static/js/review/saving/saving.js" */

const DAYS = 120;
const STEPS = 40;
const ROIS = ["a", "b", "c"];
const WEATHERS = [null, null, "offline", "500", "signin", "lost", "mixed"];

/** @param {number} seed @returns {() => number} from 0 to 1 (mulberry32) */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One day: two tabs of one rater, each at ROIs of its own, so that none contradicts the other. */
class Day {
  /** @param {number} seed */
  constructor(seed) {
    this.random = randomFrom(seed);
    this.browser = new Browser();
    this.browser.random = this.random;
    /** @type {(Saving | null)[]} */
    this.tabs = [null, null];
    /** @type {Record<string, string[]>} keys of the answers given, by ROI */
    this.given = {};
    /** @type {Set<string>} keys of answers that the browser said it kept */
    this.kept = new Set();
    /** @type {Set<string>} keys of answers that were refused, and others given in their place */
    this.replaced = new Set();
  }

  /** @template T @param {readonly T[]} all @returns {T} */
  one(all) {
    return /** @type {T} */ (all[Math.floor(this.random() * all.length)]);
  }

  async step() {
    const n = this.random() < 0.5 ? 0 : 1;
    const tab = (this.tabs[n] ??= await this.browser.open(`client ${n}`));
    const kind = this.random();
    if (kind < 0.45) {
      this.answer(tab, this.one(ROIS) + n);
    } else if (kind < 0.6) {
      const weather = this.one(WEATHERS);
      this.browser.server.weather = () => (weather === "mixed" ? this.one(WEATHERS.slice(0, 6)) ?? null : weather);
    } else if (kind < 0.75) {
      this.browser.close(tab, { crash: this.random() < 0.5 });
      this.tabs[n] = null;
    } else if (kind < 0.8) {
      this.browser.disk.full = !this.browser.disk.full;
    } else if (kind < 0.9) {
      tab.hurry();
    }
    await this.browser.clock.pass(this.one([0, 1, 3, 25, 400, 20_000]));
  }

  /** @param {Saving} tab @param {string} id */
  answer(tab, id) {
    const keys = (this.given[id] ??= []);
    const key = `${id} ${keys.length}`;
    // As the page does: the revision follows what the tab knows, and its own tab knows all of it.
    const revises = Math.max(this.browser.server.revisions[id]?.length ?? 0, (tab.outbox.newest(id)?.body.revises ?? -1) + 1);
    const entry = { key, id, study: "s", place: 1, at: this.browser.clock.ms, body: { key, revises }, draft: emptyDraft(), refusal: null };
    keys.push(key);
    if (tab.outbox.refused(id)) {
      tab.outbox.of(id).forEach((old) => this.replaced.add(old.key));
    }
    void tab.give(entry).then((kept) => kept && this.kept.add(key));
  }

  /** The sun comes out. */
  async end() {
    this.browser.disk.full = false;
    this.browser.server.weather = () => null;
    for (const n of [0, 1]) {
      this.tabs[n] ??= await this.browser.open(`client ${n}`);
    }
    for (let n = 0; n < 3; n += 1) {
      this.tabs.forEach((tab) => tab?.hurry());
      await this.browser.clock.pass(60_000);
    }
  }
}

test("whatever happens, each answer that was kept is stored once, in order, or shown to the rater", async () => {
  let stored = 0;
  for (let seed = 1; seed <= DAYS; seed += 1) {
    const day = new Day(seed);
    for (let n = 0; n < STEPS; n += 1) {
      await day.step();
    }
    await day.end();
    const { server, disk, mostAtOnce } = day.browser;
    const waiting = [...(disk.stores.outbox?.values() ?? [])];
    for (const [id, keys] of Object.entries(day.given)) {
      const found = (server.revisions[id] ?? []).map(({ key }) => key);
      assert.equal(new Set(found).size, found.length, `day ${seed}: ${id} has an answer twice`);
      assert.deepEqual(found, keys.filter((key) => found.includes(key)), `day ${seed}: ${id} out of order`);
      const shown = waiting.filter((entry) => entry.id === id).map(({ key }) => key);
      for (const key of keys.filter((one) => day.kept.has(one))) {
        const isThere = found.includes(key) || shown.includes(key) || day.replaced.has(key);
        assert.ok(isThere, `day ${seed}: ${key} is lost`);
      }
      stored += found.length;
    }
    assert.ok(waiting.every((entry) => entry.refusal), `day ${seed}: something still waits under a clear sky`);
    assert.ok(mostAtOnce <= 1, `day ${seed}: two tabs sent at once`);
  }
  assert.ok(stored > DAYS, `only ${stored} answers were stored: the days were too bad to prove anything`);
});
