/** Keep records in the browser: at once in memory, in order on the disk behind it. No DOM. */

/** @import {Change, Records, StoreName} from "./database.js" */

/** Records of one account; what the browser's database refuses stays in memory and is tried again. */
export class Shelf {
  /**
   * @param {Records | null} records null: this browser has no database
   * @param {() => void} tell that `broken` changed: whether something exists in memory alone
   */
  constructor(records, tell) {
    this.records = records;
    this.tell = tell;
    this.broken = records === null;
    /** @type {Map<string, Change>} what is not on the disk, in order; the newest of each record */
    this.pending = new Map();
    /** @type {Promise<void> | null} */
    this.writing = null;
  }

  /**
   * Write records; they count at once for `all`.
   * @param {...Change} changes
   * @returns {Promise<boolean>} whether all of it is on the disk
   */
  async write(...changes) {
    for (const change of changes) {
      const name = `${change.store} ${change.key}`;
      this.pending.delete(name);
      this.pending.set(name, change);
    }
    await this.settle();
    return changes.every((change) => this.pending.get(`${change.store} ${change.key}`) !== change);
  }

  /**
   * Give all records of a store, with what is not on the disk yet.
   * @param {StoreName} store
   * @returns {Promise<Map<string, any>>} by key
   * @throws what the database throws
   */
  async all(store) {
    const found = new Map();
    // What is taken off `pending` while the database reads must still count.
    const before = [...this.pending.values()];
    for (const record of (await this.records?.all(store)) ?? []) {
      found.set(record.key, record);
    }
    for (const change of [...before, ...this.pending.values()]) {
      if (change.store === store && change.put === undefined) {
        found.delete(change.key);
      } else if (change.store === store) {
        found.set(change.key, change.put);
      }
    }
    return found;
  }

  /** Write what waits, one transaction at a time. */
  async settle() {
    while (this.writing) {
      await this.writing;
    }
    if (this.pending.size > 0 && this.records) {
      this.writing = this.writeBatch(this.records).finally(() => {
        this.writing = null;
      });
      await this.writing;
    }
  }

  /** @param {Records} records */
  async writeBatch(records) {
    const batch = [...this.pending];
    const done = await tryToWrite(records, batch);
    for (const [name, change] of batch) {
      if (done.has(name) && this.pending.get(name) === change) {
        this.pending.delete(name);
      }
    }
    this.report(done.size < batch.length);
  }

  /** Note that the database can't be read. */
  fail() {
    this.report(true);
  }

  /** @param {boolean} broken */
  report(broken) {
    if (broken !== this.broken) {
      this.broken = broken;
      this.tell();
    }
  }
}

/**
 * Write all at once; if that fails each alone, so that a full disk still lets go of what is done.
 * @param {Records} records
 * @param {readonly [string, Change][]} batch
 * @returns {Promise<Set<string>>} names of what is on the disk
 */
async function tryToWrite(records, batch) {
  /** @type {Set<string>} */ const done = new Set();
  try {
    await records.write(batch.map(([, change]) => change));
    return new Set(batch.map(([name]) => name));
  } catch {
    for (const [name, change] of batch) {
      await records.write([change]).then(
        () => done.add(name),
        () => undefined,
      );
    }
    return done;
  }
}
