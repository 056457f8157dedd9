/** Put the actions on the lines of the card: families on one line, none that the study lacks. */

/** @import {Action, KeyProfiles} from "./profiles.js" */

/** @typedef {{text: string, actions: Action[]}} Row */
/** @typedef {{title: string, rows: Row[]}} Section */

/**
 * Give the sections of the card.
 * @param {KeyProfiles} all
 * @param {Record<string, number>} sizes how many of a family's actions the study has: class, …
 * @returns {Section[]}
 */
export function sectionsOf(all, sizes) {
  return Object.entries(all.groups).map(([group, title]) => ({
    title,
    rows: rowsOf(all, all.actions.filter((action) => action.group === group && isThere(action, sizes))),
  }));
}

/**
 * Count what a questionnaire asks for.
 * @param {import("../types.js").Questionnaire} questionnaire
 * @returns {Record<string, number>}
 */
export function sizesOf({ classes, confidence, reasons }) {
  return {
    class: classes.options.length,
    classFirst: classes.options.length,
    confidence: confidence.levels.length,
    reason: reasons.options.length,
  };
}

/**
 * @param {KeyProfiles} all
 * @param {Action[]} actions
 * @returns {Row[]}
 */
function rowsOf(all, actions) {
  /** @type {Map<string, Row>} */
  const rows = new Map();
  for (const action of actions) {
    const text = action.family === undefined ? action.text : (all.families[action.family] ?? action.text);
    const row = rows.get(action.family ?? action.name);
    if (row) {
      row.actions.push(action);
    } else {
      rows.set(action.family ?? action.name, { text, actions: [action] });
    }
  }
  return [...rows.values()];
}

/**
 * @param {Action} action
 * @param {Record<string, number>} sizes
 * @returns {boolean}
 */
function isThere({ name, family }, sizes) {
  const size = family === undefined ? undefined : sizes[family];
  return size === undefined || Number(/\d+$/.exec(name)?.[0]) <= size;
}

/**
 * Write the keys of a line in short: "1 to 9", "Alt + 1 to 5", "Q W E"; as docs/raters.md does.
 * @param {readonly string[]} labels of the first chord of each action
 * @returns {string}
 */
export function inShort(labels) {
  const [first = "", last = ""] = [labels[0], labels.at(-1)];
  const isRun = labels.length > 2 && labels.every((label, n) => label === first.replace(/\d$/, String(n + 1)));
  return isRun && /\d$/.test(first) ? `${first} to ${last.slice(-1)}` : labels.filter(Boolean).join(" ");
}
