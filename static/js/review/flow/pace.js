/** Estimate how long the rest of a study takes at the rater's own pace. */

/** ROIs that the estimate looks back on. */
export const LOOK_BACK = 20;
/** Fewest ROIs that say anything. */
const ENOUGH = 3;

/**
 * Put the time left in words; empty until there is enough to go by.
 * @param {readonly number[]} seconds work on each of the last ROIs
 * @param {number} left ROIs without an answer
 * @param {number | null} [before] the pace of earlier sessions, in seconds
 * @returns {string}
 */
export function timeLeft(seconds, left, before = null) {
  const pace = seconds.length < ENOUGH ? before : middleOf(seconds.slice(-LOOK_BACK));
  return left === 0 || pace === null ? "" : `about ${inWords((pace * left) / 60)} left at your pace`;
}

/**
 * @param {readonly number[]} seconds
 * @returns {number} the upper median
 */
function middleOf(seconds) {
  const sorted = [...seconds].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/**
 * @param {number} minutes
 * @returns {string}
 */
function inWords(minutes) {
  if (minutes < 1.5) {
    return "a minute";
  }
  const rounded = minutes < 10 ? Math.round(minutes) : Math.round(minutes / 5) * 5;
  const hours = Math.floor(rounded / 60);
  const rest = rounded % 60;
  if (hours === 0) {
    return `${rounded} min`;
  }
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}
