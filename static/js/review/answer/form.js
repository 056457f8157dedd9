/** The questions: built once from the questionnaire, then kept in step with the draft. */

/** @import {Draft} from "./answer.js" */
/** @import {ClassActions} from "./class-list.js" */
/** @import {Questionnaire} from "../types.js" */
/** @import {Field} from "./validation.js" */

import { Choice } from "./choice.js";
import { ClassList } from "./class-list.js";
import { el } from "../elements.js";
import { familyCap, keyCap } from "../keys/key-labels.js";
import { question } from "./question.js";
import { Radios } from "./radios.js";

/**
 * @typedef {object} Actions what the form's controls ask for, beside those of the classes
 * @property {(name: string) => void} toggleReason
 * @property {(level: number) => void} setConfidence from 1
 * @property {(value: boolean) => void} setNeedsCorrection
 * @property {(source: string) => void} setGuessedSource
 * @property {(kind: "classTexts" | "reasonTexts", name: string, words: string) => void} setWords
 * @property {(comment: string) => void} setComment
 */

/** The form. */
export class Form {
  /**
   * @param {HTMLElement} root
   * @param {Questionnaire} questionnaire
   * @param {Actions & ClassActions} actions
   */
  constructor(root, questionnaire, actions) {
    const { classes, confidence, reasons } = questionnaire;
    this.classes = new ClassList(classes.options, actions);
    this.levels = new Radios("confidence",
      confidence.levels.map((level, n) => ({ text: level, label: `${n + 1}: ${level}`, action: null })),
      (index) => actions.setConfidence(index + 1));
    this.reasons = reasons.options.map(
      (option, n) =>
        new Choice(
          option,
          `reason${n + 1}`,
          () => actions.toggleReason(option.name),
          (words) => actions.setWords("reasonTexts", option.name, words),
        ),
    );
    this.yesNo = new Radios("needs_correction", [
      { text: "Yes", label: "Yes", action: "correctionYes" },
      { text: "No", label: "No", action: "correctionNo" },
    ], (index) => actions.setNeedsCorrection(index === 0));
    this.sources = questionnaire.guessed_source?.options ?? [];
    this.guess = new Radios("guessed_source",
      this.sources.map((source, n) => ({ text: capital(source), label: capital(source), action: `source${n + 1}` })),
      (index) => actions.setGuessedSource(this.sources[index] ?? ""));
    this.comment = el("textarea", {
      id: "comment",
      rows: "2",
      "aria-describedby": "error-comment",
      input: () => actions.setComment(this.comment.value),
    });
    this.questions = this.build(questionnaire);
    root.replaceChildren(...[...this.questions.values()].map(({ section }) => section));
  }

  /**
   * @param {Questionnaire} questionnaire
   * @returns {Map<Field, {section: HTMLElement, error: HTMLElement}>}
   */
  build({ classes, confidence, reasons, needs_correction: correction, guessed_source: source }) {
    const range = familyCap(`confidence${confidence.levels.length}`);
    const chips = this.reasons.map((choice) =>
      el("span", { class: "chip" }, choice.button, ...(choice.words ? [choice.words] : [])));
    /** @type {[Field, {section: HTMLElement, error: HTMLElement}][]} */
    const last = source
      ? [["guessed_source", question("guessed_source", { text: source.text, hint: "", role: "radiogroup" },
          el("div", { class: "yes-no" }, ...this.guess.elements))]]
      : [];
    return new Map([
      ["classes", question("classes", classes, this.classes.element)],
      ["confidence", question("confidence", { text: confidence.text, hint: range, role: "radiogroup" },
        el("div", { class: "levels" }, ...this.levels.elements))],
      ["reasons", question("reasons", { text: reasons.text, hint: "" }, el("div", { class: "chips" }, ...chips))],
      ["needs_correction", question("needs_correction", { text: correction.text, hint: "", role: "radiogroup" },
        el("div", { class: "yes-no" }, ...this.yesNo.elements))],
      ...last,
      ["comment", question("comment", { text: "Comment", hint: keyCap("comment") }, this.comment)],
    ]);
  }

  /**
   * Show a draft.
   * @param {Draft} draft
   */
  update(draft) {
    this.classes.update(draft);
    for (const choice of this.reasons) {
      const { name } = choice.option;
      choice.update(draft.reasons.includes(name), draft.reasonTexts[name] ?? "");
    }
    this.levels.update((draft.confidence ?? 0) - 1);
    this.yesNo.update(draft.needsCorrection === null ? -1 : draft.needsCorrection ? 0 : 1);
    this.guess.update(this.sources.indexOf(draft.guessedSource ?? ""));
    if (this.comment.value !== draft.comment) {
      this.comment.value = draft.comment;
    }
  }

  /**
   * Show what is wrong at the fields, and move the focus to the first of them.
   * @param {readonly {field: string, text: string}[]} problems empty: nothing is wrong
   * @param {boolean} [focus]
   */
  showProblems(problems, focus = true) {
    for (const [field, { section, error }] of this.questions) {
      const text = problems.find((problem) => problem.field === field)?.text ?? "";
      error.textContent = text;
      error.hidden = text === "";
      section.classList.toggle("open-question", text !== "");
    }
    const first = problems[0]?.field;
    if (focus && first) {
      this.focusOn(/** @type {Field} */ (first));
    }
  }

  /**
   * Move the focus to a question: to its empty words if they are asked for, else its first control.
   * @param {Field} field
   */
  focusOn(field) {
    const section = this.questions.get(field)?.section;
    const words = [...(section?.querySelectorAll("input.words") ?? [])].find(
      (input) => input instanceof HTMLInputElement && !input.hidden && input.value.trim() === "",
    );
    const first = words ?? section?.querySelector("input:checked, input[type=radio], button, textarea");
    if (first instanceof HTMLElement) {
      first.focus();
    }
  }

  /**
   * Move the focus into the words of a choice.
   * @param {string} name
   * @param {"classes" | "reasons"} kind
   */
  focusOnWords(name, kind) {
    const choices = kind === "classes" ? this.classes.choices : this.reasons;
    choices.find((choice) => choice.option.name === name)?.words?.focus();
  }
}

/**
 * @param {string} words
 * @returns {string} with a capital
 */
function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
