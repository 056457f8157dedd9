/** The four questions: built once from the questionnaire, then kept in step with the draft. */

/** @import {Draft} from "./answer.js" */
/** @import {Questionnaire} from "../types.js" */
/** @import {Field} from "./validation.js" */

import { Choice } from "./choice.js";
import { el } from "../elements.js";
import { REASON_CODES } from "../keys/keys.js";
import { rankOf } from "./ranking.js";
import { FIELDS, MAX_COMMENT } from "./validation.js";

/**
 * @typedef {object} Actions what the form's controls ask for
 * @property {(name: string) => void} toggleClass
 * @property {(name: string, by: number) => void} moveClass
 * @property {(name: string) => void} toggleReason
 * @property {(level: number) => void} setConfidence from 1
 * @property {(value: boolean) => void} setNeedsCorrection
 * @property {(kind: "classTexts" | "reasonTexts", name: string, words: string) => void} setWords
 * @property {(comment: string) => void} setComment
 */

/** The form. */
export class Form {
  /**
   * @param {HTMLElement} root
   * @param {Questionnaire} questionnaire
   * @param {Actions} actions
   */
  constructor(root, questionnaire, actions) {
    this.actions = actions;
    /** @type {Map<Field, {section: HTMLElement, error: HTMLElement}>} */
    this.questions = new Map();
    this.classes = questionnaire.classes.options.map(
      (option, n) =>
        new Choice(
          option,
          n < 9 ? `Digit${n + 1}` : "",
          n < 9 ? String(n + 1) : "",
          () => actions.toggleClass(option.name),
          (words) => actions.setWords("classTexts", option.name, words),
        ),
    );
    this.reasons = questionnaire.reasons.options.map((option, n) => {
      const code = REASON_CODES[n] ?? "";
      return new Choice(
        option,
        code,
        code.slice(3),
        () => actions.toggleReason(option.name),
        (words) => actions.setWords("reasonTexts", option.name, words),
      );
    });
    this.levels = questionnaire.confidence.levels.map((level, n) =>
      this.press(level, () => actions.setConfidence(n + 1)),
    );
    this.yes = this.press("Yes", () => actions.setNeedsCorrection(true), "KeyY");
    this.no = this.press("No", () => actions.setNeedsCorrection(false), "KeyN");
    this.comment = el("textarea", {
      id: "comment",
      rows: "2",
      maxlength: String(MAX_COMMENT),
      "aria-describedby": "error-comment",
      input: () => actions.setComment(this.comment.value),
    });
    root.replaceChildren(...this.sections(questionnaire));
  }

  /**
   * @param {Questionnaire} questionnaire
   * @returns {HTMLElement[]}
   */
  sections(questionnaire) {
    const { classes, confidence, reasons, needs_correction: correction } = questionnaire;
    const rows = this.classes.map((choice) => this.classRow(choice));
    return [
      this.question("classes", classes.text, classes.hint, el("ol", { class: "classes" }, ...rows)),
      this.question("confidence", confidence.text, el("kbd", {}, `Alt 1–${this.levels.length}`),
        el("div", { class: "levels" }, ...this.levels)),
      this.question("reasons", reasons.text, "", el("div", { class: "chips" },
        ...this.reasons.map((choice) =>
          el("span", { class: "chip" }, choice.button, ...(choice.words ? [choice.words] : []))))),
      this.question("needs_correction", correction.text, "",
        el("div", { class: "yes-no" }, this.yes, this.no)),
      this.question("comment", "Comment", el("kbd", { "data-code": "KeyT" }, "T"), this.comment),
    ];
  }

  /**
   * @param {Field} field
   * @param {string} text
   * @param {string | Node} hint
   * @param {HTMLElement} control
   * @returns {HTMLElement}
   */
  question(field, text, hint, control) {
    const number = FIELDS.indexOf(field) + 1;
    const error = el("p", { class: "field-error", id: `error-${field}`, role: "alert", hidden: true });
    const label = field === "comment" ? el("label", { for: "comment" }, text, el("span", { class: "dim" }, " if you like")) : text;
    const heading = el("h2", { id: `question-${field}` },
      ...(field === "comment" ? [] : [el("span", { class: "question-number" }, String(number))]),
      label, el("span", { class: "hint" }, hint));
    const section = el("section", {
      class: `question question-${field}`,
      role: "group",
      "aria-labelledby": `question-${field}`,
      "aria-describedby": `error-${field}`,
    }, heading, control, error);
    this.questions.set(field, { section, error });
    return section;
  }

  /**
   * @param {Choice} choice
   * @returns {HTMLElement}
   */
  classRow(choice) {
    const { name } = choice.option;
    const arrows = [["▲", -1, "more"], ["▼", 1, "less"]].map(([sign, by, word]) =>
      el("button", {
        type: "button",
        class: "arrow",
        "aria-label": `${name}: ${word} certain`,
        title: `${word} certain`,
        "data-by": String(by),
        click: () => this.actions.moveClass(name, Number(by)),
      }, String(sign)),
    );
    return el("li", { class: "class-row" }, choice.button,
      ...(choice.words ? [choice.words] : []), el("span", { class: "arrows" }, ...arrows));
  }

  /**
   * @param {string} text
   * @param {() => void} click
   * @param {string} [code]
   * @returns {HTMLButtonElement}
   */
  press(text, click, code) {
    const key = code ? [el("kbd", { "data-code": code, "aria-hidden": "true" }, code.slice(3))] : [];
    return el("button", { type: "button", class: "press", "aria-pressed": "false", click }, text, ...key);
  }

  /**
   * Show a draft.
   * @param {Draft} draft
   */
  update(draft) {
    for (const choice of this.classes) {
      const rank = rankOf(draft.classes, choice.option.name);
      choice.update(rank > 0, draft.classTexts[choice.option.name] ?? "");
      choice.mark.textContent = rank > 0 ? String(rank) : "";
      choice.button.setAttribute("aria-label", choice.option.name + (rank > 0 ? `, rank ${rank}` : ""));
      const row = choice.button.parentElement;
      row?.classList.toggle("movable", rank > 0 && draft.classes.length > 1);
      for (const arrow of row?.querySelectorAll(".arrow") ?? []) {
        const end = arrow.getAttribute("data-by") === "-1" ? 1 : draft.classes.length;
        arrow.toggleAttribute("disabled", rank === 0 || rank === end);
      }
    }
    for (const choice of this.reasons) {
      choice.update(draft.reasons.includes(choice.option.name), draft.reasonTexts[choice.option.name] ?? "");
    }
    this.levels.forEach((level, n) => level.setAttribute("aria-pressed", String(draft.confidence === n + 1)));
    this.yes.setAttribute("aria-pressed", String(draft.needsCorrection === true));
    this.no.setAttribute("aria-pressed", String(draft.needsCorrection === false));
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
    const first = words ?? section?.querySelector("button, textarea");
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
    this[kind].find((choice) => choice.option.name === name)?.words?.focus();
  }
}
