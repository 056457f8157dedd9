/** What the tabs of one account tell each other, and how they take turns. */

/** @import {Kept} from "./drafts.js" */
/** @import {Entry} from "./outbox.js" */

/**
 * @typedef {{kind: "outbox"} | {kind: "signedin"} | {kind: "draft", kept: Kept}
 *   | {kind: "answered", entry: Entry}} Message
 */

/** The other tabs. */
export class Tabs {
  /**
   * @param {string} account
   * @param {(message: Message) => void} hear
   */
  constructor(account, hear) {
    this.lock = `second-look-outbox-${account}`;
    this.channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(`second-look-${account}`) : null;
    this.channel?.addEventListener("message", (event) => hear(event.data));
  }

  /** @param {Message} message */
  tell(message) {
    this.channel?.postMessage(message);
  }

  /**
   * Work while no other tab of the account does.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async alone(work) {
    // Pages without HTTPS have no locks: the idempotency key still stores each answer once.
    return navigator.locks ? navigator.locks.request(this.lock, () => work()) : work();
  }
}
