/** The last words of a page that closes: what its database had not taken yet, written at once. */

/** @import {Change} from "./database.js" */

const PREFIX = "second-look-last-words:";

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} PlainStorage */

/** Last words of the tabs of one account, in a storage that writes without waiting. */
export class Journal {
  /**
   * @param {PlainStorage | null} storage
   * @param {string} account
   * @param {string} tab
   */
  constructor(storage, account, tab) {
    this.storage = storage;
    this.prefix = `${PREFIX}${account}:`;
    this.name = this.prefix + tab;
  }

  /**
   * Keep changes for the next page; none takes back what was kept before.
   * @param {readonly Change[]} changes
   * @returns {boolean} whether they are kept
   */
  keep(changes) {
    try {
      if (changes.length === 0) {
        this.storage?.removeItem(this.name);
        return true;
      }
      this.storage?.setItem(this.name, JSON.stringify(changes));
      return this.storage !== null;
    } catch {
      return false;
    }
  }

  /**
   * Read what pages of the account left.
   * @returns {{names: string[], changes: Change[]}}
   */
  read() {
    /** @type {string[]} */ const names = [];
    /** @type {Change[]} */ const changes = [];
    for (let n = 0; n < (this.storage?.length ?? 0); n += 1) {
      const name = this.storage?.key(n) ?? "";
      if (name.startsWith(this.prefix)) {
        names.push(name);
        changes.push(...parse(this.storage?.getItem(name) ?? null));
      }
    }
    return { names, changes };
  }

  /**
   * Forget what was read: it is in the database now.
   * @param {readonly string[]} names
   */
  forget(names) {
    for (const name of names) {
      this.storage?.removeItem(name);
    }
  }
}

/**
 * @param {"localStorage" | "sessionStorage"} name
 * @returns {PlainStorage | null} null where the browser forbids it
 */
export function plainStorage(name) {
  try {
    return globalThis[name];
  } catch {
    return null;
  }
}

/**
 * Keep the changes that are newer than what is there already.
 * @param {readonly Change[]} changes
 * @param {ReadonlyMap<string, any>} drafts that the database has, by id
 * @returns {Change[]}
 */
export function stillNews(changes, drafts) {
  return changes.filter(
    ({ store, key, put }) =>
      store !== "drafts" || put === undefined || put.at > (drafts.get(key)?.at ?? 0),
  );
}

/**
 * @param {string | null} text
 * @returns {Change[]}
 */
function parse(text) {
  try {
    const changes = JSON.parse(text ?? "[]");
    return Array.isArray(changes) ? changes.filter(isChange) : [];
  } catch {
    return [];
  }
}

/**
 * @param {any} value
 * @returns {value is Change}
 */
function isChange(value) {
  return ["drafts", "outbox"].includes(value?.store) && typeof value.key === "string";
}
