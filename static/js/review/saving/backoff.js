/** How long to wait before trying again. */

/** Seconds between tries; the last one repeats. */
export const PAUSES_S = [1, 2, 4, 8, 15, 30];
/** Share by which a pause is drawn shorter or longer, so that pages don't all come back at once. */
const JITTER = 0.3;

/**
 * @param {number} tries that failed before
 * @param {number} random from 0 to 1
 * @param {number} [atLeast] seconds that the server asked for
 * @returns {number} seconds
 */
export function pauseS(tries, random, atLeast = 0) {
  const usual = PAUSES_S[Math.min(tries, PAUSES_S.length - 1)] ?? 30;
  return Math.max(usual * (1 + JITTER * (2 * random - 1)), atLeast);
}
