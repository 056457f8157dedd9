/** Keep the chosen classes in the order of the rater's certainty. */

/**
 * Toggle a class: a new one goes last, a chosen one leaves.
 * @param {readonly string[]} ranked classes, most certain first
 * @param {string} name
 * @returns {string[]}
 */
export function toggle(ranked, name) {
  return ranked.includes(name) ? ranked.filter((one) => one !== name) : [...ranked, name];
}

/**
 * Make a class the most certain one, chosen before or not.
 * @param {readonly string[]} ranked
 * @param {string} name
 * @returns {string[]}
 */
export function toFront(ranked, name) {
  return [name, ...ranked.filter((one) => one !== name)];
}

/**
 * Move a chosen class up (-1) or down (1); at the end, or not chosen, the order stays.
 * @param {readonly string[]} ranked
 * @param {string} name
 * @param {number} by ranks to move
 * @returns {string[]}
 */
export function move(ranked, name, by) {
  return moveTo(ranked, name, rankOf(ranked, name) + by);
}

/**
 * Give a chosen class a rank; a rank that there is not, or a class not chosen, leaves the order.
 * @param {readonly string[]} ranked
 * @param {string} name
 * @param {number} rank from 1
 * @returns {string[]}
 */
export function moveTo(ranked, name, rank) {
  if (!ranked.includes(name) || rank < 1 || rank > ranked.length) {
    return [...ranked];
  }
  const others = ranked.filter((one) => one !== name);
  return [...others.slice(0, rank - 1), name, ...others.slice(rank - 1)];
}

/**
 * Give the rank that the form shows: 1 for the most certain, 0 where not chosen.
 * @param {readonly string[]} ranked
 * @param {string} name
 * @returns {number}
 */
export function rankOf(ranked, name) {
  return ranked.indexOf(name) + 1;
}
