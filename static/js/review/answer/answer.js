/** Hold an answer while it is being given, and turn it into what the server takes and back. */

/** @import {Correction} from "../drawing/correction.js" */
/** @import {Answer, Option} from "../types.js" */

/** Stands between the name of an option and the rater's own words, as in lesions.questionnaire. */
export const CUSTOM_SEPARATOR = ": ";

/**
 * @typedef {object} Draft
 * @property {string[]} classes names, most certain first
 * @property {string[]} reasons names
 * @property {Record<string, string>} classTexts own words by the class that asks for them
 * @property {Record<string, string>} reasonTexts
 * @property {number | null} confidence
 * @property {boolean | null} needsCorrection
 * @property {string | null} [guessedSource] who drew the delineation, where the study asks it
 * @property {string} comment
 * @property {Correction | null} [correction] the redrawn mask; null: the one that was shown
 */

/** @returns {Draft} an answer with every question open */
export function emptyDraft() {
  return {
    classes: [],
    reasons: [],
    classTexts: {},
    reasonTexts: {},
    confidence: null,
    needsCorrection: null,
    guessedSource: null,
    comment: "",
    correction: null,
  };
}

/**
 * Open a given answer for a change.
 * @param {Answer} answer
 * @returns {Draft}
 */
export function draftOf(answer) {
  const classes = answer.classes.map(split);
  const reasons = answer.reasons.map(split);
  return {
    classes: classes.map(([name]) => name),
    reasons: reasons.map(([name]) => name),
    classTexts: Object.fromEntries(classes.filter(([, words]) => words)),
    reasonTexts: Object.fromEntries(reasons.filter(([, words]) => words)),
    confidence: answer.confidence,
    needsCorrection: answer.needs_correction,
    guessedSource: answer.guessed_source ?? null,
    comment: answer.comment,
    correction: answer.correction ? plainCorrection(answer.correction) : null,
  };
}

/**
 * Give the answer to send; ask `validation.problems` before. A redrawn mask is only part of an answer
 * that says that the delineation needs correction; the draft keeps it all the same.
 * @param {Draft} draft
 * @returns {{classes: string[], confidence: number | null, reasons: string[],
 *   needs_correction: boolean | null, guessed_source?: string, comment: string, correction?: Correction | null}}
 */
export function answerOf(draft) {
  return {
    classes: draft.classes.map((name) => join(name, draft.classTexts[name])),
    confidence: draft.confidence,
    reasons: draft.reasons.map((name) => join(name, draft.reasonTexts[name])),
    needs_correction: draft.needsCorrection,
    ...(draft.guessedSource ? { guessed_source: draft.guessedSource } : {}),
    comment: draft.comment.trim(),
    ...(draft.needsCorrection && draft.correction ? { correction: plainCorrection(draft.correction) } : {}),
  };
}

/**
 * Toggle a reason; one that excludes the others ("None") leaves them and they leave it.
 * @param {readonly Option[]} options
 * @param {readonly string[]} chosen
 * @param {string} name
 * @returns {string[]}
 */
export function toggleReason(options, chosen, name) {
  if (chosen.includes(name)) {
    return chosen.filter((one) => one !== name);
  }
  const alone = new Set(options.filter((option) => option.exclusive).map((option) => option.name));
  const kept = alone.has(name) ? [] : chosen.filter((one) => !alone.has(one));
  return [...kept, name];
}

/**
 * Say whether two drafts hold the same answer.
 * @param {Draft} one
 * @param {Draft} other
 * @returns {boolean}
 */
export function sameAnswer(one, other) {
  return JSON.stringify(answerOf(one)) === JSON.stringify(answerOf(other));
}

/**
 * @param {Correction} correction with what else the server says of it
 * @returns {Correction}
 */
function plainCorrection({ runs, tools, confirmed }) {
  return { runs, tools, confirmed };
}

/**
 * @param {string} chosen
 * @returns {[string, string]} name and own words
 */
function split(chosen) {
  const at = chosen.indexOf(CUSTOM_SEPARATOR);
  return at < 0 ? [chosen, ""] : [chosen.slice(0, at), chosen.slice(at + CUSTOM_SEPARATOR.length)];
}

/**
 * @param {string} name
 * @param {string | undefined} words
 * @returns {string}
 */
function join(name, words) {
  const text = (words ?? "").trim();
  return text ? `${name}${CUSTOM_SEPARATOR}${text}` : name;
}
