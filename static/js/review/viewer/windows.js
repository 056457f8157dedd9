/** Remember the window of each scan: through its ROIs, and through a reload. */

/** @import {Range} from "./window.js" */

const KEY = "second-look windows";

/** The windows of a session's scans. */
export class Windows {
  /**
   * @param {Pick<Storage, "getItem" | "setItem">} storage
   * @param {string} account whose they are
   */
  constructor(storage, account) {
    this.storage = storage;
    this.key = `${KEY} ${account}`;
    /** The first window of each scan, by its address. @type {Map<string, Range>} */
    this.first = new Map();
    /** What the rater chose instead. @type {Map<string, Range>} */
    this.chosen = new Map(read(storage.getItem(this.key)));
  }

  /**
   * Give a scan its first window, unless it has one.
   * @param {string} scan
   * @param {Range} range
   */
  offer(scan, range) {
    if (!this.first.has(scan)) {
      this.first.set(scan, range);
    }
  }

  /**
   * @param {string} scan
   * @returns {Range}
   */
  of(scan) {
    return this.chosen.get(scan) ?? this.first.get(scan) ?? [0, 1];
  }

  /**
   * @param {string} scan
   * @param {Range} range
   */
  choose(scan, range) {
    this.chosen.set(scan, range);
    this.write();
  }

  /**
   * Go back to the first window.
   * @param {string} scan
   */
  reset(scan) {
    this.chosen.delete(scan);
    this.write();
  }

  write() {
    try {
      this.storage.setItem(this.key, JSON.stringify([...this.chosen]));
    } catch {
      // A full or forbidden storage: the windows last until the page is closed.
    }
  }
}

/**
 * @param {string | null} text
 * @returns {[string, Range][]}
 */
function read(text) {
  try {
    const found = JSON.parse(text ?? "[]");
    return Array.isArray(found) ? found.filter(isEntry) : [];
  } catch {
    return [];
  }
}

/**
 * @param {any} entry
 * @returns {boolean}
 */
function isEntry(entry) {
  return (
    Array.isArray(entry) &&
    typeof entry[0] === "string" &&
    Array.isArray(entry[1]) &&
    entry[1].length === 2 &&
    entry[1].every(Number.isFinite) &&
    entry[1][1] > entry[1][0]
  );
}
