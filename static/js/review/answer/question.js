/** The frame of one question: number, text, hint, its control, and what is wrong with it. */

/** @import {Field} from "./validation.js" */

import { el } from "../elements.js";
import { FIELDS } from "./validation.js";

/**
 * Frame a control.
 * @param {Field} field
 * @param {{text: string, hint: string | Node, role?: string}} words `role` of the whole: a group
 * @param {HTMLElement} control
 * @returns {{section: HTMLElement, error: HTMLElement}}
 */
export function question(field, { text, hint, role = "group" }, control) {
  const error = el("p", { class: "field-error", id: `error-${field}`, role: "alert", hidden: true });
  const heading = el("h2", { id: `question-${field}` }, ...title(field, text),
    el("span", { class: "hint" }, hint));
  const section = el("div", {
    class: `question question-${field}`,
    role,
    "aria-labelledby": `question-${field}`,
    "aria-describedby": `error-${field}`,
  }, heading, control, error);
  return { section, error };
}

/**
 * @param {Field} field
 * @param {string} text
 * @returns {HTMLElement[]}
 */
function title(field, text) {
  if (field === "comment") {
    return [el("label", { for: "comment" }, text, el("span", { class: "dim" }, " if you like"))];
  }
  const number = String(FIELDS.indexOf(field) + 1);
  return [el("span", { class: "question-number" }, number), el("span", {}, text)];
}
