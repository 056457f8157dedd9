/** Load what comes next before it is asked for, one thing at a time, and keep the last few. */

/**
 * A cache of promises with a waiting list.
 * @template T
 */
export class Prefetcher {
  /**
   * @param {(id: string) => Promise<T>} load
   * @param {object} [options]
   * @param {number} [options.keep] how many stay in memory
   * @param {(item: T) => Promise<unknown>} [options.rest] what an item waits for after it was loaded:
   *   fetching ahead goes on to the next one after it
   */
  constructor(load, { keep = 8, rest = () => Promise.resolve() } = {}) {
    this.load = load;
    this.limit = keep;
    this.rest = rest;
    /** @type {Map<string, Promise<T>>} by id, the longest unused first */
    this.loaded = new Map();
    /** @type {string[]} */
    this.waiting = [];
    /** @type {Promise<void> | null} */
    this.working = null;
  }

  /**
   * Give an item, from memory if it is there. One that failed is tried again.
   * @param {string} id
   * @returns {Promise<T>}
   */
  get(id) {
    const known = this.loaded.get(id);
    const promise = known ?? this.load(id);
    this.loaded.delete(id);
    this.loaded.set(id, promise);
    if (known === undefined) {
      promise.catch(() => {
        if (this.loaded.get(id) === promise) {
          this.loaded.delete(id);
        }
      });
      this.trim();
    }
    return promise;
  }

  /**
   * Say what will be wanted next, most urgent first; what was waiting before is dropped.
   * @param {readonly string[]} ids
   * @returns {Promise<void>} when nothing waits any more; failures are left for `get`
   */
  want(ids) {
    this.waiting = ids.filter((id) => !this.loaded.has(id));
    this.working ??= this.work().finally(() => {
      this.working = null;
    });
    return this.working;
  }

  /**
   * Forget an item, so that the next `get` loads it anew.
   * @param {string} id
   */
  forget(id) {
    this.loaded.delete(id);
  }

  async work() {
    for (let id = this.waiting.shift(); id !== undefined; id = this.waiting.shift()) {
      await this.get(id).then(this.rest).catch(() => undefined);
    }
  }

  trim() {
    for (const id of this.loaded.keys()) {
      if (this.loaded.size <= this.limit) {
        return;
      }
      this.loaded.delete(id);
    }
  }
}
