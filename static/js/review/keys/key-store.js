/** Keep a rater's keys on the server, so that they are there on any machine; unsent ones here. */

/** @import {Keys} from "./profiles.js" */

/** @typedef {"saved" | "sending" | "kept" | "refused"} KeysState */

/** What the card says of them. */
export const STATE_WORDS = {
  saved: "Saved: your keys are the same wherever you sign in.",
  sending: "Saving …",
  kept: "Kept in this browser; they are saved as soon as the server can be reached.",
  refused: "Not saved.",
};

/** The keys on their way to the server. */
export class KeyStore {
  /**
   * @param {object} parts
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} parts.storage
   * @param {string} parts.account
   * @param {(keys: Keys) => Promise<unknown>} parts.send throws what has a `trouble`
   * @param {(state: KeysState, text: string) => void} parts.tell
   */
  constructor({ storage, account, send, tell }) {
    this.storage = storage;
    this.name = `second-look:keys:${account}`;
    this.send = send;
    this.tell = tell;
    /** @type {Keys | null} what the server does not have */
    this.unsent = this.read();
    this.sending = false;
  }

  /**
   * Give the keys to begin with: those that could not be sent before the page closed come first.
   * @param {Keys} stored what the server has
   * @returns {Keys}
   */
  start(stored) {
    return this.unsent ?? stored;
  }

  /**
   * Keep and send keys.
   * @param {Keys} keys
   * @returns {Promise<void>}
   */
  save(keys) {
    this.unsent = keys;
    try {
      this.storage.setItem(this.name, JSON.stringify(keys));
    } catch {
      // Without storage they are still sent, and kept as long as the page is open.
    }
    return this.retry();
  }

  /**
   * Send what the server does not have, the newest alone.
   * @returns {Promise<void>}
   */
  async retry() {
    const keys = this.unsent;
    if (keys === null || this.sending) {
      return;
    }
    this.sending = true;
    this.tell("sending", STATE_WORDS.sending);
    const problem = await this.send(keys).then(() => null, (error) => error);
    this.sending = false;
    if (this.unsent !== keys) {
      return this.retry();
    }
    this.settle(problem);
  }

  /** @param {any} problem null: they are stored */
  settle(problem) {
    if (problem === null || problem.trouble === "invalid") {
      this.unsent = null;
      this.forget();
    }
    if (problem === null) {
      this.tell("saved", STATE_WORDS.saved);
    } else if (problem.trouble === "invalid") {
      this.tell("refused", `${STATE_WORDS.refused} ${problem.errors?.keys ?? problem.message}`);
    } else {
      this.tell("kept", STATE_WORDS.kept);
    }
  }

  /** @returns {Keys | null} */
  read() {
    try {
      const found = JSON.parse(this.storage.getItem(this.name) ?? "null");
      const fits = typeof found?.profile === "string" && typeof found?.changes === "object";
      return fits ? found : null;
    } catch {
      return null;
    }
  }

  forget() {
    try {
      this.storage.removeItem(this.name);
    } catch {
      // What can't be removed was never written.
    }
  }
}
