/** Say how it stands with each ROI of the queue. No DOM. */

/** @import {QueueItem} from "../types.js" */

/**
 * @typedef {object} Waiting an answer that the server does not have yet
 * @property {string} id of the assignment
 * @property {string[]} classes most certain first
 * @property {boolean} refused whether it waits for the rater, not for the network
 */
/**
 * @typedef {object} Standing
 * @property {string} id
 * @property {number} place from 1
 * @property {"open" | "skipped" | "stored" | "waiting" | "refused"} state
 * @property {string} classes in words
 */

export const STATE_WORDS = {
  open: "",
  skipped: "still open",
  stored: "answered",
  waiting: "not yet sent",
  refused: "needs you",
};

/**
 * Give the ROIs up to the furthest that was reached, each with how it stands.
 * @param {readonly QueueItem[]} items in the order of the queue
 * @param {ReadonlySet<string>} answered those that have an answer, sent or not
 * @param {readonly Waiting[]} waiting
 * @param {string} here the ROI on the screen
 * @returns {Standing[]}
 */
export function standings(items, answered, waiting, here) {
  const byId = new Map(waiting.map((one) => [one.id, one]));
  const seen = items.map((item) => answered.has(item.id) || byId.has(item.id) || item.id === here);
  return items.slice(0, seen.lastIndexOf(true) + 1).map((item) => {
    const unsent = byId.get(item.id);
    return {
      id: item.id,
      place: item.position,
      state: stateOf(item.id, answered, unsent, here),
      classes: inWords(unsent?.classes ?? item.classes),
    };
  });
}

/**
 * @param {string} id
 * @param {ReadonlySet<string>} answered
 * @param {Waiting | undefined} unsent
 * @param {string} here
 * @returns {Standing["state"]}
 */
function stateOf(id, answered, unsent, here) {
  if (unsent) {
    return unsent.refused ? "refused" : "waiting";
  }
  if (answered.has(id)) {
    return "stored";
  }
  return id === here ? "open" : "skipped";
}

/**
 * @param {readonly string[]} classes
 * @returns {string} the most certain class, and how many others
 */
function inWords(classes) {
  const [first, ...others] = classes;
  return `${first ?? ""}${others.length > 0 ? ` +${others.length}` : ""}`;
}
