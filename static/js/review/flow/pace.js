/** Estimate how long the rest of a study takes at the rater's own pace. */

/** ROIs that the estimate looks back on. */
export const LOOK_BACK = 20;
/** Fewest ROIs that say anything. */
const ENOUGH = 3;

/**
 * Put the time left in words; empty until there is enough to go by.
 * @param {readonly number[]} seconds work on each of the last ROIs
 * @param {number} left ROIs without an answer
 * @returns {string}
 */
export function timeLeft(seconds, left) {
  if (left === 0 || seconds.length < ENOUGH) {
    return "";
  }
  const sorted = seconds.slice(-LOOK_BACK).sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return `about ${inWords((middle * left) / 60)} left at your pace`;
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
