/** Remember where the rater looked: per ROI, through a reload, and when coming back to it. */

/** @import {Triple} from "../types.js" */

/**
 * @typedef {object} Look
 * @property {Triple} point the crosshair, RAS mm
 * @property {Triple} centre of the planes, RAS mm
 * @property {number} extentMm
 * @property {boolean} fitted
 */

const KEY = "second-look view";

/** The looks of a session, kept by the tab. */
export class ViewMemory {
  /**
   * @param {Pick<Storage, "getItem" | "setItem">} storage
   * @param {string} account whose they are
   */
  constructor(storage, account) {
    this.storage = storage;
    this.prefix = `${KEY} ${account}`;
  }

  /**
   * @param {string} roi
   * @returns {Look | null}
   */
  look(roi) {
    const kept = this.read(roi);
    const numbers = [...(kept?.point ?? []), ...(kept?.centre ?? []), kept?.extentMm];
    return numbers.length === 7 && numbers.every(Number.isFinite) ? { ...kept, fitted: kept.fitted === true } : null;
  }

  /**
   * @param {string} roi
   * @param {Look} look
   */
  keep(roi, look) {
    this.write(roi, look);
  }

  /**
   * @param {string} name
   * @returns {any} null where nothing is kept, or nothing readable
   */
  read(name) {
    try {
      return JSON.parse(this.storage.getItem(`${this.prefix} ${name}`) ?? "null");
    } catch {
      return null;
    }
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  write(name, value) {
    try {
      this.storage.setItem(`${this.prefix} ${name}`, JSON.stringify(value));
    } catch {
      // A full or forbidden storage: the next ROI begins with its first look.
    }
  }
}
