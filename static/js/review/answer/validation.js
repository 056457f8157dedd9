/** Name what an answer still lacks, in the words of the server (lesions.questionnaire). */

/** @import {Draft} from "./answer.js" */
/** @import {Option, Questionnaire} from "../types.js" */

/** Longest own words and longest comment, as in lesions.questionnaire. */
export const MAX_CUSTOM_TEXT = 200;
export const MAX_COMMENT = 2000;

/** @typedef {"classes" | "confidence" | "reasons" | "needs_correction" | "guessed_source" | "comment"} Field */
/** @typedef {{field: Field, text: string}} Problem */

/** @type {readonly Field[]} */
export const FIELDS = ["classes", "confidence", "reasons", "needs_correction", "guessed_source", "comment"];

/**
 * List what keeps an answer from being saved, in the order of the questions; empty if nothing.
 * @param {Questionnaire} questionnaire
 * @param {Draft} draft
 * @returns {Problem[]}
 */
export function problems(questionnaire, draft) {
  const n = questionnaire.confidence.levels.length;
  /** @type {[Field, string | null][]} */
  const found = [
    ["classes", choiceProblem(questionnaire.classes.options, draft.classes, draft.classTexts, "class")],
    ["confidence", draft.confidence === null ? `Choose a confidence from 1 to ${n}.` : null],
    ["reasons", choiceProblem(questionnaire.reasons.options, draft.reasons, draft.reasonTexts, "reason")],
    [
      "needs_correction",
      draft.needsCorrection === null
        ? "Say whether the delineation needs correction: yes or no."
        : null,
    ],
    [
      "guessed_source",
      questionnaire.guessed_source && !draft.guessedSource
        ? "Say who drew the delineation: model, hand or don't know."
        : null,
    ],
    [
      "comment",
      draft.comment.trim().length > MAX_COMMENT
        ? `A comment may have ${MAX_COMMENT} characters at most.`
        : null,
    ],
  ];
  return found.flatMap(([field, text]) => (text === null ? [] : [{ field, text }]));
}

/**
 * Name the open questions in one sentence: "Questions 2 and 4 are still open."
 * @param {readonly Problem[]} found
 * @returns {string} empty where nothing is open
 */
export function summary(found) {
  const numbers = found.map(({ field }) => FIELDS.indexOf(field) + 1).filter((i) => i < FIELDS.length);
  const last = numbers.pop();
  if (last === undefined) {
    return found[0]?.text ?? "";
  }
  return numbers.length === 0
    ? `Question ${last} is still open.`
    : `Questions ${numbers.join(", ")} and ${last} are still open.`;
}

/**
 * @param {readonly Option[]} options
 * @param {readonly string[]} chosen
 * @param {Readonly<Record<string, string>>} texts
 * @param {string} noun
 * @returns {string | null}
 */
function choiceProblem(options, chosen, texts, noun) {
  if (chosen.length === 0) {
    return `Choose at least one ${noun}.`;
  }
  for (const option of options) {
    if (option.custom_text && chosen.includes(option.name)) {
      const problem = wordsProblem(option.name, (texts[option.name] ?? "").trim());
      if (problem !== null) {
        return problem;
      }
    }
  }
  return null;
}

/**
 * @param {string} name
 * @param {string} words
 * @returns {string | null}
 */
function wordsProblem(name, words) {
  if (words === "") {
    return `Say in words what "${name}" is.`;
  }
  if (words.length > MAX_CUSTOM_TEXT) {
    return `The words for "${name}" may have ${MAX_CUSTOM_TEXT} characters at most.`;
  }
  return /[|\p{Cc}\u2028\u2029]/u.test(words)
    ? `The words for "${name}" must not hold "|", tabs or line breaks.`
    : null;
}
