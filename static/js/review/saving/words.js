/** Say in words how it stands with saving. No DOM. */

/** @import {Outbox} from "./outbox.js" */

/**
 * @typedef {object} SavingWords
 * @property {"saved" | "saving" | "waiting" | "signin" | "needs"} state
 * @property {string} words
 */

/**
 * Put the state of saving into words, the most pressing first.
 * @param {ReturnType<Outbox["summary"]>} outbox
 * @param {boolean} broken whether the browser keeps nothing
 * @returns {SavingWords}
 */
export function inWords({ waiting, needs, delivery }, broken) {
  const parts = [];
  /** @type {SavingWords["state"]} */
  let state = "saved";
  if (delivery.state === "signin") {
    state = "signin";
    parts.push(waiting > 0 ? `signed out: ${answers(waiting)} kept here` : "signed out");
  } else if (waiting > 0 && delivery.state === "waiting") {
    state = "waiting";
    parts.push(`waiting for ${delivery.cause === "network" ? "network" : "the server"}: ${answers(waiting)} kept here`);
  } else if (waiting > 0) {
    state = "saving";
    parts.push("saving …");
  }
  if (needs.length > 0) {
    state = state === "signin" ? state : "needs";
    parts.push(`${answers(needs.length)} ${needs.length === 1 ? "needs" : "need"} you`);
  }
  if (parts.length === 0) {
    parts.push("✓ all answers saved");
  }
  if (broken && waiting + needs.length > 0) {
    parts.push("keep this page open");
  }
  return { state, words: parts.join(" · ") };
}

/**
 * @param {number} n
 * @returns {string}
 */
export function answers(n) {
  return n === 1 ? "1 answer" : `${n} answers`;
}
