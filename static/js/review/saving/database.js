/** Records in the browser's IndexedDB, one database an account. */

/** @typedef {"drafts" | "outbox"} StoreName */
/**
 * @typedef {object} Change of one record: `put` it, or remove the one of that key
 * @property {StoreName} store
 * @property {string} key
 * @property {any} [put]
 */
/**
 * @typedef {object} Records what a shelf needs of a database
 * @property {(store: StoreName) => Promise<any[]>} all
 * @property {(changes: readonly Change[]) => Promise<void>} write all of them or none
 */

const PREFIX = "second-look-";
const VERSION = 1;
/** @type {readonly StoreName[]} */
const STORES = ["drafts", "outbox"];
/** Longest wait for the browser to open a database, in ms: a broken profile never answers. */
const OPEN_LIMIT_MS = 8000;

/** @implements {Records} */
export class Database {
  /** @param {IDBDatabase} opened */
  constructor(opened) {
    this.opened = opened;
  }

  /**
   * @param {string} account
   * @returns {Promise<Database>}
   */
  static open(account) {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(PREFIX + account, VERSION);
      const late = setTimeout(() => reject(new Error("the browser's database does not open")), OPEN_LIMIT_MS);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("drafts");
        request.result.createObjectStore("outbox");
      };
      request.onsuccess = () => {
        clearTimeout(late);
        // A later version of the page may change the stores: it must not wait for this one.
        request.result.onversionchange = () => request.result.close();
        resolve(new Database(request.result));
      };
      request.onerror = () => {
        clearTimeout(late);
        reject(request.error);
      };
    });
  }

  /**
   * @param {StoreName} store
   * @returns {Promise<any[]>}
   */
  all(store) {
    return new Promise((resolve, reject) => {
      const request = this.opened.transaction(store, "readonly").objectStore(store).getAll();
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  /**
   * Write in one transaction; it is on the disk when the promise resolves.
   * @param {readonly Change[]} changes
   * @returns {Promise<void>}
   */
  write(changes) {
    return new Promise((resolve, reject) => {
      const transaction = this.opened.transaction([...STORES], "readwrite", { durability: "strict" });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error("the browser's database gave up"));
      for (const { store, key, put } of changes) {
        if (put === undefined) {
          transaction.objectStore(store).delete(key);
        } else {
          transaction.objectStore(store).put(put, key);
        }
      }
      // Without waiting for the requests' events: a page that is closed now leaves a whole write.
      transaction.commit();
    });
  }
}
