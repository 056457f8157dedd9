/** The guidelines beside the form: for each class its text and a picture. */

import { el } from "../elements.js";

/** @typedef {{name: string, text: string}} Meaning */
/**
 * @typedef {object} Guidelines as the server gives them
 * @property {{name: string, where: string, look: string,
 *   picture: {url: string, caption: string, alt: string} | null}[]} classes
 * @property {Meaning[]} apart
 * @property {Meaning[]} levels
 * @property {Meaning[]} reasons
 * @property {string[]} correction
 */

/** Sides of a picture in pixels: the same place plain and outlined. */
const WIDTH = 564;
const HEIGHT = 280;

/**
 * Make the text; its pictures begin to load with it.
 * @param {Guidelines} guidelines
 * @param {string} url of the whole text
 * @returns {Node[]}
 */
export function guidelinesText(guidelines, url) {
  const { classes, apart, levels, reasons, correction } = guidelines;
  return [
    el("p", { class: "dim small" },
      "Each picture shows one place twice: plain, and with its outline. All are ",
      el("strong", {}, "synthetic"), ", made from phantoms: they show where a lesion lies, not all that patients show."),
    ...classes.map(classText),
    section("How to tell the close ones apart", meanings(apart)),
    section("Confidence: how sure of your first class?", meanings(levels)),
    section("What lowers your confidence?", meanings(reasons)),
    section("Does the delineation need correction?",
      el("div", { class: "stack" }, ...correction.map((text) => el("p", {}, text)))),
    el("p", { class: "small" }, el("a", { href: url, target: "_blank", rel: "noopener" }, "The whole text, with its sources")),
  ];
}

/**
 * @param {Guidelines["classes"][number]} one
 * @param {number} n
 * @returns {HTMLElement}
 */
function classText({ name, where, look, picture }, n) {
  return el("section", { class: "guide-class", "data-class": name },
    el("h3", {}, ...(n < 9 ? [el("kbd", { "aria-hidden": "true" }, String(n + 1)), " "] : []), name),
    picture
      ? el("figure", {},
          el("img", {
            src: picture.url,
            width: String(WIDTH),
            height: String(HEIGHT),
            alt: `Synthetic T1 picture, plain and outlined: ${picture.alt}.`,
          }),
          el("figcaption", {}, el("span", { class: "badge badge-synthetic" }, "synthetic"), ` ${picture.caption}`))
      : el("p", { class: "dim small" }, "No picture: nothing that a phantom could show stands for it."),
    ...(where ? [el("p", {}, el("span", { class: "dim" }, "Where: "), where, ".")] : []),
    ...(look ? [el("p", {}, el("span", { class: "dim" }, "Looks: "), look, ".")] : []));
}

/**
 * @param {string} title
 * @param {HTMLElement} content
 * @returns {HTMLElement}
 */
function section(title, content) {
  return el("details", { class: "guide-more" }, el("summary", {}, title), content);
}

/**
 * @param {readonly Meaning[]} rows
 * @returns {HTMLElement}
 */
function meanings(rows) {
  return el("dl", {}, ...rows.flatMap(({ name, text }) => [el("dt", {}, name), el("dd", {}, text)]));
}
