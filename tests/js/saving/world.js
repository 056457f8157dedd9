/** A small world to save in: a clock, a browser's database, a server and tabs, all of them made up. */

import { Journal } from "../../../static/js/review/saving/journal.js";
import { Saving } from "../../../static/js/review/saving/saving.js";

/** @typedef {{at: number, n: number, work: () => void}} Timer */

/** A clock that goes when it is told to. */
export class Clock {
  constructor() {
    this.ms = 1_000_000;
    this.n = 0;
    /** @type {Timer[]} */
    this.timers = [];
  }

  /** @param {() => void} work @param {number} ms */
  later(work, ms) {
    this.timers.push({ at: this.ms + ms, n: (this.n += 1), work });
  }

  /** Let time pass, and all that it brings happen in its order. @param {number} ms */
  async pass(ms) {
    const end = this.ms + ms;
    await quiet();
    for (;;) {
      const [next] = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.n - b.n);
      if (!next) {
        break;
      }
      this.timers.splice(this.timers.indexOf(next), 1);
      this.ms = Math.max(this.ms, next.at);
      next.work();
      await quiet();
    }
    this.ms = end;
  }
}

/** Let promises that wait for nothing be kept. */
export async function quiet() {
  await new Promise((resolve) => setImmediate(resolve));
}

/** A browser's database, shared by the tabs; each request takes a moment, one after the other. */
export class Disk {
  /** @param {Clock} clock */
  constructor(clock) {
    this.clock = clock;
    this.full = false;
    /** @type {Record<string, Map<string, any>>} */
    this.stores = { drafts: new Map(), outbox: new Map() };
    this.queue = Promise.resolve();
  }

  /** @template T @param {() => T} work @returns {Promise<T>} */
  turn(work) {
    const mine = this.queue.then(() => new Promise((resolve) => this.clock.later(() => resolve(undefined), 2)));
    const done = mine.then(work);
    this.queue = done.then(() => undefined, () => undefined);
    return done;
  }

  /** @param {"drafts" | "outbox"} store @returns {Promise<any[]>} */
  all(store) {
    return this.turn(() => [...(this.stores[store]?.values() ?? [])].map((record) => structuredClone(record)));
  }

  /** @param {readonly import("../../../static/js/review/saving/database.js").Change[]} changes */
  write(changes) {
    const copies = structuredClone(changes);
    return this.turn(() => {
      if (this.full && copies.some(({ put }) => put)) {
        throw new Error("QuotaExceededError");
      }
      for (const { store, key, put } of copies) {
        if (put === undefined) {
          this.stores[store]?.delete(key);
        } else {
          this.stores[store]?.set(key, put);
        }
      }
    });
  }
}

/** A storage that writes at once. */
export function plainStorage() {
  /** @type {Map<string, string>} */ const entries = new Map();
  return {
    entries,
    get length() {
      return entries.size;
    },
    key: (/** @type {number} */ n) => [...entries.keys()][n] ?? null,
    getItem: (/** @type {string} */ name) => entries.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => void entries.set(name, value),
    removeItem: (/** @type {string} */ name) => void entries.delete(name),
  };
}

/** Trouble as the API throws it. @param {string} trouble @param {object} [more] */
export function trouble(trouble, more = {}) {
  return Object.assign(new Error(`the server says ${trouble}`), { trouble, problem: {}, status: 0, retryAfterS: 0, ...more });
}

/** A server that stores answers as ours does: once a key, and only after the revision that was seen. */
export class Server {
  /** @param {Clock} clock */
  constructor(clock) {
    this.clock = clock;
    /** @type {Record<string, {key: string, body: any}[]>} */
    this.revisions = {};
    /** @type {Record<string, any>} */
    this.drafts = {};
    /** @type {(string | null)[]} what goes wrong with the next requests; null: nothing */
    this.faults = [];
    /** @type {() => string | null} what goes wrong with each request when `faults` is empty */
    this.weather = () => null;
    this.requests = 0;
    this.draftRequests = 0;
  }

  /** @param {string} id @param {any} body @param {string} key */
  async answer(id, body, key) {
    this.requests += 1;
    return this.reply(() => this.store(id, body, key));
  }

  /** @param {string} id @param {any} body */
  draft(id, body) {
    this.draftRequests += 1;
    return this.reply(() => {
      const old = this.drafts[id];
      const follows = old ? old.client === body.client || old.version === body.based_on : body.based_on === 0;
      if (!follows || body.revises < (this.revisions[id]?.length ?? 0)) {
        throw trouble("conflict", { status: 409, problem: { current: old ?? null } });
      }
      this.drafts[id] = { ...structuredClone(body), version: (old?.version ?? 0) + 1, saved_at: "2026-01-01T00:00:00Z" };
      return { version: this.drafts[id].version };
    });
  }

  /** @template T @param {() => T} work @returns {Promise<T>} */
  async reply(work) {
    const fault = this.faults.length > 0 ? this.faults.shift() : this.weather();
    await new Promise((resolve) => this.clock.later(() => resolve(undefined), 20));
    if (fault === "offline") {
      throw trouble("offline");
    }
    if (fault === "500") {
      throw trouble("offline", { status: 500 });
    }
    if (fault === "signin") {
      throw trouble("signin", { status: 401 });
    }
    const done = work();
    if (fault === "lost") {
      throw trouble("offline");
    }
    return done;
  }

  /** @param {string} id @param {any} body @param {string} key */
  store(id, body, key) {
    const revisions = (this.revisions[id] ??= []);
    const known = revisions.findIndex((one) => one.key === key);
    if (known >= 0) {
      return { revision: known + 1, answered_at: "", answered: 0, n: 0 };
    }
    if (body.revises !== revisions.length) {
      const problem = { current: revisions.length, answer: revisions.at(-1)?.body ?? null };
      throw trouble("conflict", { status: 409, problem });
    }
    revisions.push({ key, body: structuredClone(body) });
    return { revision: revisions.length, answered_at: "", answered: 0, n: 0 };
  }
}

/** One browser with its tabs. */
export class Browser {
  constructor() {
    this.clock = new Clock();
    this.disk = new Disk(this.clock);
    this.server = new Server(this.clock);
    this.storage = plainStorage();
    /** @type {Set<Saving>} */
    this.tabs = new Set();
    this.lock = Promise.resolve();
    /** @type {{tab: Saving, resolve: () => void}[]} */
    this.closing = [];
    /** @type {Saving[]} */
    this.sending = [];
    this.mostAtOnce = 0;
    this.n = 0;
    this.random = () => 0.5;
  }

  /**
   * Open a tab and let it take up what was left.
   * @param {string} [client]
   * @param {import("../../../static/js/review/saving/database.js").Records | null} [records]
   */
  async open(client = `client ${(this.n += 1)}`, records = this.disk) {
    const alive = () => this.tabs.has(tab);
    const tab = new Saving({
      records: records && whileAlive(records, alive),
      journal: new Journal(this.storage, "7", `tab ${(this.n += 1)}`),
      api: {
        answer: (id, body, key) => this.send(tab, () => this.server.answer(id, body, key)),
        draft: (id, body) => this.server.draft(id, body),
      },
      client,
      now: () => this.clock.ms,
      later: (work, ms) => this.clock.later(() => alive() && work(), ms),
      random: () => this.random(),
      alone: (work) => this.alone(tab, work),
      tellTabs: (message) => {
        const copy = structuredClone(message);
        const others = [...this.tabs].filter((one) => one !== tab);
        this.clock.later(() => others.forEach((one) => this.tabs.has(one) && one.hear(copy)), 1);
      },
    });
    this.tabs.add(tab);
    let started = false;
    void tab.start().then(() => {
      started = true;
    });
    for (let n = 0; !started; n += 1) {
      if (n > 100) {
        throw new Error("a tab does not start");
      }
      await this.clock.pass(10);
    }
    return tab;
  }

  /** Count the tabs that send at the same time. @param {Saving} tab @param {() => Promise<any>} work */
  async send(tab, work) {
    this.sending.push(tab);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.sending.filter((one) => this.tabs.has(one)).length);
    try {
      return await work();
    } finally {
      this.sending.splice(this.sending.indexOf(tab), 1);
    }
  }

  /** Work while no other tab does; a tab that closes lets go. @param {Saving} tab @param {() => Promise<any>} work */
  alone(tab, work) {
    const mine = this.lock.then(() => (this.tabs.has(tab) ? Promise.race([work(), this.gone(tab)]) : new Promise(() => {})));
    const over = Promise.race([mine, this.lock.then(() => this.gone(tab))]);
    this.lock = over.then(() => undefined, () => undefined);
    return mine;
  }

  /** @param {Saving} tab @returns {Promise<void>} when the tab is closed */
  gone(tab) {
    return new Promise((resolve) => {
      if (this.tabs.has(tab)) {
        this.closing.push({ tab, resolve });
      } else {
        resolve();
      }
    });
  }

  /** Close a tab; one that crashes leaves no last words. @param {Saving} tab @param {{crash?: boolean}} [how] */
  close(tab, { crash = false } = {}) {
    if (!crash) {
      tab.leave();
    }
    this.tabs.delete(tab);
    this.closing.filter((one) => one.tab === tab).forEach(({ resolve }) => resolve());
    this.closing = this.closing.filter((one) => one.tab !== tab);
  }
}

/** @param {import("../../../static/js/review/saving/database.js").Records} records @param {() => boolean} alive */
function whileAlive(records, alive) {
  const never = () => new Promise(() => {});
  return /** @type {any} */ ({
    all: (/** @type {any} */ store) => records.all(store).then((found) => (alive() ? found : never())),
    // What was asked for before the tab went is done; the tab learns nothing of it.
    write: (/** @type {any} */ changes) => records.write(changes).then(() => (alive() ? undefined : never())),
  });
}
