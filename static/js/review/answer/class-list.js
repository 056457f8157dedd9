/** The classes, each with its rank: chosen by a press, ordered by arrows or by dragging. */

/** @import {Draft} from "./answer.js" */
/** @import {Option} from "../types.js" */

import { el } from "../elements.js";
import { Choice } from "./choice.js";
import { listenToDrag } from "./class-drag.js";
import { moveTo, rankOf } from "./ranking.js";

/**
 * @typedef {object} ClassActions
 * @property {(name: string) => void} toggleClass
 * @property {(name: string, by: number) => void} moveClass
 * @property {(name: string, rank: number) => void} rankClass to a rank from 1
 * @property {(kind: "classTexts", name: string, words: string) => void} setWords
 */

/** The list of classes. */
export class ClassList {
  /**
   * @param {readonly Option[]} options
   * @param {ClassActions} actions
   */
  constructor(options, actions) {
    this.actions = actions;
    /** @type {readonly string[]} */
    this.ranked = [];
    this.choices = options.map(
      (option, n) =>
        new Choice(
          option,
          `class${n + 1}`,
          () => actions.toggleClass(option.name),
          (words) => actions.setWords("classTexts", option.name, words),
        ),
    );
    this.rows = this.choices.map((choice) => this.row(choice));
    this.element = el("ol", { class: "classes" }, ...this.rows);
    listenToDrag(this.element, {
      nameOf: (target) => this.nameOf(target),
      rankOf: (name) => rankOf(this.ranked, name),
      preview: (name, rank) => this.showRanks(moveTo(this.ranked, name, rank)),
      drop: (name, rank) => actions.rankClass(name, rank),
      end: () => this.showRanks(this.ranked),
    });
  }

  /**
   * @param {Choice} choice
   * @returns {HTMLElement}
   */
  row(choice) {
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
   * Show which classes a draft has, in which order.
   * @param {Draft} draft
   */
  update({ classes, classTexts }) {
    this.ranked = classes;
    this.choices.forEach((choice, n) => {
      const rank = rankOf(classes, choice.option.name);
      choice.update(rank > 0, classTexts[choice.option.name] ?? "");
      const row = this.rows[n];
      row?.classList.toggle("movable", rank > 0 && classes.length > 1);
      for (const arrow of row?.querySelectorAll(".arrow") ?? []) {
        const end = arrow.getAttribute("data-by") === "-1" ? 1 : classes.length;
        const out = rank === 0 || rank === end;
        // Taken out of use, a button would lose the focus in the middle of ordering.
        arrow.setAttribute("aria-disabled", String(out));
      }
    });
    this.showRanks(classes);
  }

  /**
   * Number the classes, spoken and shown.
   * @param {readonly string[]} ranked
   */
  showRanks(ranked) {
    for (const choice of this.choices) {
      const rank = rankOf(ranked, choice.option.name);
      choice.mark.textContent = rank > 0 ? String(rank) : "";
      choice.standing.textContent = rank > 0 ? `, rank ${rank} of ${ranked.length}` : "";
    }
  }

  /**
   * Give the chosen class whose row an element is in.
   * @param {Element | null} target
   * @returns {string | null}
   */
  nameOf(target) {
    const row = target?.closest(".class-row");
    const name = this.choices[this.rows.findIndex((one) => one === row)]?.option.name;
    return name !== undefined && this.ranked.includes(name) ? name : null;
  }
}
