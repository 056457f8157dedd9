/** Send an answer until the server has it, and say in words how that stands. No DOM. */

/** @import {Receipt} from "../types.js" */
/** @import {Trouble} from "./api.js" */

/** Seconds between tries; the last one repeats. */
export const RETRY_AFTER_S = [1, 2, 4, 8, 15, 30];

/**
 * @typedef {{state: "saving"} | {state: "saved"} | {state: "retrying", inS: number}
 *   | {state: "signin"} | {state: "invalid" | "conflict" | "refused", message: string}} Saving
 */

/** Sends one answer at a time. */
export class Saver {
  /**
   * @param {object} parts
   * @param {(id: string, body: object, key: string) => Promise<Receipt>} parts.send
   * @param {(seconds: number) => Promise<void>} parts.wait
   * @param {(saving: Saving) => void} parts.tell
   */
  constructor({ send, wait, tell }) {
    this.send = send;
    this.wait = wait;
    this.tell = tell;
    this.hurry = () => {};
  }

  /**
   * Send an answer; tries again by itself while the server can't be reached.
   * @param {string} id
   * @param {object} body
   * @param {string} key the same on each try, so that it is stored once
   * @returns {Promise<Receipt>}
   * @throws what `send` threw, where trying again would not help
   */
  async save(id, body, key) {
    for (let tries = 0; ; tries += 1) {
      this.tell({ state: "saving" });
      try {
        const receipt = await this.send(id, body, key);
        this.tell({ state: "saved" });
        return receipt;
      } catch (error) {
        const trouble = troubleIn(error);
        if (trouble === "invalid" || trouble === "conflict" || trouble === "refused") {
          this.tell({ state: trouble, message: /** @type {Error} */ (error).message });
          throw error;
        }
        await this.pause(trouble, tries);
      }
    }
  }

  /** Try now what waits to be tried again: the rater pressed a key, or came back to the page. */
  now() {
    this.hurry();
  }

  /**
   * @param {Trouble} trouble
   * @param {number} tries
   */
  async pause(trouble, tries) {
    const hurried = new Promise((resolve) => {
      this.hurry = () => resolve(undefined);
    });
    if (trouble === "signin") {
      this.tell({ state: "signin" });
      await hurried;
    } else {
      const inS = RETRY_AFTER_S[Math.min(tries, RETRY_AFTER_S.length - 1)] ?? 1;
      this.tell({ state: "retrying", inS });
      await Promise.race([this.wait(inS), hurried]);
    }
    this.hurry = () => {};
  }
}

/**
 * Put the state of saving into words.
 * @param {Saving} saving
 * @returns {string}
 */
export function inWords(saving) {
  switch (saving.state) {
    case "saving":
      return "saving …";
    case "saved":
      return "✓ all answers saved";
    case "retrying":
      return `not saved: no connection, trying again in ${saving.inS} s`;
    case "signin":
      return "not saved: you are signed out";
    case "conflict":
      return "not saved: answered elsewhere";
    case "invalid":
      return "not saved: the answer needs a correction";
    default:
      return `not saved: ${saving.message}`;
  }
}

/**
 * @param {unknown} error
 * @returns {Trouble}
 */
function troubleIn(error) {
  const trouble = /** @type {{trouble?: Trouble}} */ (error).trouble;
  return trouble ?? "refused";
}
