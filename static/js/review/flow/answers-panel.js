/** The rater's own answers beside the form, each with the way back to its ROI. */

/** @import {Standing} from "./own-answers.js" */

import { el } from "../elements.js";
import { STATE_WORDS } from "./own-answers.js";

/**
 * Make the list.
 * @param {readonly Standing[]} rows
 * @param {object} page
 * @param {string} page.here the ROI on the screen
 * @param {string} page.url of the page with all of them
 * @param {boolean} page.isWhole whether the rows are all that there are
 * @returns {Node[]}
 */
export function answersList(rows, { here, url, isWhole }) {
  const unsent = rows.filter((row) => row.state === "waiting" || row.state === "refused").length;
  const open = rows.filter((row) => row.state === "skipped").length;
  const words = [
    ...(open > 0 ? [`${open} skipped`] : []),
    ...(unsent > 0 ? [`${unsent} not yet sent`] : []),
  ].join(", ");
  return [
    el("p", { class: "dim small" }, isWhole ? "" : "Those near this one. ", words ? `${words}. ` : "", "Open one to look again or to change it."),
    el("ol", { class: "own-list" }, ...rows.map((row) => line(row, row.id === here)).reverse()),
    el("p", { class: "small" },
      el("a", { href: url, target: "_blank", rel: "noopener" }, "All answers, and the file to keep")),
  ];
}

/**
 * @param {Standing} row
 * @param {boolean} isHere
 * @returns {HTMLLIElement}
 */
function line(row, isHere) {
  const state = isHere && row.state === "open" ? "on the screen" : STATE_WORDS[row.state];
  return el("li", {},
    el("a", {
      href: `#${row.id}`,
      class: `own-row own-${row.state}`,
      "aria-current": isHere ? "true" : false,
    },
      el("span", { class: "number own-place" }, String(row.place)),
      el("span", { class: "own-class", title: row.classes }, row.classes || "–"),
      el("span", { class: "own-state" }, state)));
}
