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
export function sizesOf({ classes, confidence, reasons, guessed_source: source }) {
  return {
    class: classes.options.length,
    classFirst: classes.options.length,
    confidence: confidence.levels.length,
    reason: reasons.options.length,
    source: source?.options.length ?? 0,
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
 * Write the keys of a line in short, as docs/raters.md does: "1 to 9", "Shift + ← → ↑ ↓", "Q W E",
 * "+ or =" for two keys of one action.
 * @param {readonly (readonly string[][])[]} keys for each action its chords, each in parts
 * @returns {string}
 */
export function inShort(keys) {
  const [only] = keys;
  if (only && keys.length === 1) {
    return only.map((parts) => parts.join(" + ")).join(" or ") || "no key";
  }
  const first = keys.flatMap((chords) => chords.slice(0, 1));
  const shared = sharedModifiers(first);
  const labels = first.map((parts) => (shared ? (parts.at(-1) ?? "") : parts.join(" + ")));
  const isRun = labels.length > 2 && labels.every((label, n) => label === String(n + 1));
  return labels.length === 0 ? "no key" : `${shared}${isRun ? `1 to ${labels.length}` : labels.join(" ")}`;
}

/**
 * Give the modifiers that all of some chords have.
 * @param {readonly string[][]} chords each in parts
 * @returns {string} "Shift + ", or ""
 */
export function sharedModifiers(chords) {
  const all = chords.map((parts) => parts.slice(0, -1).map((part) => `${part} + `).join(""));
  return all.every((one) => one === all[0]) ? (all[0] ?? "") : "";
}
