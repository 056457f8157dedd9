/** What the page shows of an answer that needs the rater: the server's words, or both versions. */

/** @import {Session} from "../flow/session.js" */
/** @import {Questionnaire} from "../types.js" */

import { byId, el } from "../elements.js";
import { button } from "../troubles.js";
import { compare } from "./compare.js";

/**
 * @typedef {object} Choices
 * @property {() => void} keepMine
 * @property {() => void} takeOther
 * @property {() => void} again send it again as it is
 * @property {(confirm: string[]) => void} confirm send it although the server asked
 * @property {() => void} giveUp
 */

/** The place in the panel where the rater decides. */
export class RefusedAnswer {
  /**
   * @param {Session} session
   * @param {Questionnaire} questionnaire
   * @param {Choices} choices
   */
  constructor(session, questionnaire, choices) {
    this.session = session;
    this.questionnaire = questionnaire;
    this.choices = choices;
    this.root = el("section", { id: "versions", class: "versions", tabindex: "-1", "aria-label": "Two versions", hidden: true });
    byId("notice", HTMLElement).before(this.root);
  }

  /** Show what there is to decide of the ROI on the screen. */
  show() {
    const { other, refusal } = this.session;
    const parts = other ? this.versions() : refusal ? this.objection() : [];
    this.root.replaceChildren(...parts);
    this.root.hidden = parts.length === 0;
  }

  /** Show the version here as it is now, while there are two. */
  follow() {
    if (this.session.other) {
      this.show();
    }
  }

  /** Ask for the decision. */
  ask() {
    this.root.focus();
    this.root.scrollIntoView({ block: "nearest" });
  }

  /** @returns {HTMLElement[]} */
  versions() {
    const { other, draft } = this.session;
    if (!other) {
      return [];
    }
    const what = other.kind === "answer" ? "answered" : "typed at";
    const rows = compare(this.questionnaire, draft, other.draft);
    const at = other.at ? `, ${new Date(other.at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })}` : "";
    return [
      el("h3", {}, `This ROI was ${what} elsewhere too. Which version stays?`),
      el("table", {},
        el("thead", {}, el("tr", {}, el("td"), el("th", { scope: "col" }, "Mine, here"), el("th", { scope: "col" }, `The other${at}`))),
        el("tbody", {}, ...rows.map(({ label, mine, theirs, differs }) =>
          el("tr", { class: differs ? "differs" : "" }, el("th", { scope: "row" }, label), el("td", {}, mine), el("td", {}, theirs))))),
      el("div", { class: "versions-buttons" },
        button("Keep mine", this.choices.keepMine), button("Take the other", this.choices.takeOther)),
    ];
  }

  /** @returns {HTMLElement[]} */
  objection() {
    const { refusal } = this.session;
    if (!refusal) {
      return [];
    }
    const { trouble, message, problem } = refusal;
    const sentences = Object.values(problem.errors ?? {}).map(String);
    const advice = trouble === "invalid" ? " Change the answer and save it again." : " It is kept in this browser.";
    return [
      el("p", {}, `The server did not take this answer. ${[message, ...sentences].join(" ")}${advice}`),
      el("div", { class: "versions-buttons" },
        ...(Array.isArray(problem.confirm)
          ? [button("Save it all the same", () => this.choices.confirm(problem.confirm.map(String)))]
          : []),
        ...(trouble === "invalid" ? [] : [button("Send it again", this.choices.again)]),
        button("Give this answer up", this.choices.giveUp)),
    ];
  }
}
