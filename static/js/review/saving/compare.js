/** Two versions of an answer in words, question by question. No DOM. */

/** @import {Draft} from "../answer/answer.js" */
/** @import {Questionnaire} from "../types.js" */

import { answerOf } from "../answer/answer.js";

/** @typedef {{label: string, mine: string, theirs: string, differs: boolean}} Row */

/**
 * @param {Questionnaire} questionnaire
 * @param {Draft} mine
 * @param {Draft} theirs
 * @returns {Row[]} of the questions that one of them answers
 */
export function compare(questionnaire, mine, theirs) {
  const ours = inWords(questionnaire, mine);
  const others = inWords(questionnaire, theirs);
  return ours.flatMap(([label, text], n) => {
    const other = others[n]?.[1] ?? "";
    return text || other ? [{ label, mine: text || "–", theirs: other || "–", differs: text !== other }] : [];
  });
}

/**
 * @param {Questionnaire} questionnaire
 * @param {Draft} draft
 * @returns {[string, string][]}
 */
function inWords(questionnaire, draft) {
  const { classes, confidence, reasons, needs_correction, guessed_source, comment } = answerOf(draft);
  const level = confidence === null ? "" : (questionnaire.confidence.levels[confidence - 1] ?? "");
  return [
    ["Classes", classes.join(" > ")],
    ["Confidence", confidence === null ? "" : `${confidence}, ${level}`],
    ["Reasons", reasons.join(", ")],
    ["Correction", needs_correction === null ? "" : needs_correction ? "yes" : "no"],
    ["Drawn by", guessed_source ?? ""],
    ["Redrawn", redrawn(draft)],
    ["Comment", comment],
  ];
}

/**
 * @param {any} draft with a redrawn mask or without
 * @returns {string}
 */
function redrawn(draft) {
  const runs = draft.needsCorrection ? draft.correction?.runs : null;
  if (!Array.isArray(runs)) {
    return "";
  }
  let voxels = 0;
  runs.forEach((length, n) => {
    voxels += n % 2 === 1 ? length : 0;
  });
  return `${voxels} voxels`;
}
