/** Change the draft as keys and the form ask, and keep form, draft and notices in step. */

/** @import {Command} from "../keys/keys.js" */
/** @import {Page} from "../page.js" */
/** @import {Session} from "../flow/session.js" */
/** @import {Questionnaire} from "../types.js" */

import { announce, rankInWords } from "./announce.js";
import { answerCommand } from "./answer-commands.js";
import { answerOf, toggleReason } from "./answer.js";
import { byId, el } from "../elements.js";
import { Form } from "./form.js";
import { answerInWords } from "../page.js";
import { move, moveTo, toggle } from "./ranking.js";
import { problems, summary } from "./validation.js";

/** The questions of the ROI that is open. */
export class Questions {
  /**
   * @param {Session} session
   * @param {Page} page
   * @param {Questionnaire} questionnaire
   */
  constructor(session, page, questionnaire) {
    this.session = session;
    this.page = page;
    this.questionnaire = questionnaire;
    this.lastClass = "";
    /** Called when another draft is shown, or this one has changed. */
    this.follow = () => {};
    this.form = new Form(byId("questions", HTMLElement), questionnaire, {
      toggleClass: (name) => this.chooseClass(toggle(this.draft.classes, name), name),
      moveClass: (name, by) => this.chooseClass(move(this.draft.classes, name, by), name),
      rankClass: (name, rank) => this.chooseClass(moveTo(this.draft.classes, name, rank), name),
      toggleReason: (name) => this.chooseReason(name),
      setConfidence: (confidence) => this.change({ confidence }),
      setNeedsCorrection: (needsCorrection) => this.change({ needsCorrection }),
      setGuessedSource: (guessedSource) => this.change({ guessedSource }),
      setWords: (kind, name, words) =>
        this.change({ [kind]: { ...this.draft[kind], [name]: words } }),
      setComment: (comment) => this.change({ comment }),
    });
  }

  get draft() {
    return this.session.draft;
  }

  /** Show the draft of another ROI, and offer what was typed to an earlier state of it. */
  show() {
    const { page, session } = this;
    this.form.update(this.draft);
    this.form.showProblems([]);
    page.showSummary("");
    page.tell("");
    const { older } = session;
    if (older) {
      page.tell(
        `This ROI was answered elsewhere after you typed here: ${answerInWords(this.questionnaire, answerOf(older))}. `,
        el("button", { type: "button", class: "button button-small", click: () => this.takeOlder(older) },
          "Put it back"),
      );
    }
    this.follow();
  }

  /** @param {Session["draft"]} older */
  takeOlder(older) {
    this.page.tell("");
    this.change(older);
    byId("stage", HTMLElement).focus({ preventScroll: true });
  }

  /**
   * Do what a key asks for.
   * @param {Command} command
   * @returns {boolean} whether it was for the form
   */
  command(command) {
    return answerCommand(this, command);
  }

  /**
   * @param {string[]} classes
   * @param {string} name the class that was chosen or left
   */
  chooseClass(classes, name) {
    const isNew = classes.includes(name) && !this.draft.classes.includes(name);
    this.lastClass = name;
    this.change({ classes });
    announce(rankInWords(this.draft.classes, name));
    if (isNew) {
      this.form.focusOnWords(name, "classes");
    }
  }

  /** @param {string} name */
  chooseReason(name) {
    const reasons = toggleReason(this.questionnaire.reasons.options, this.draft.reasons, name);
    this.change({ reasons });
    if (reasons.includes(name)) {
      this.form.focusOnWords(name, "reasons");
    }
  }

  /** @param {Partial<Session["draft"]>} part */
  change(part) {
    if (!this.session.roi || this.session.locked) {
      this.form.update(this.draft);
      return;
    }
    this.session.change(part);
    this.form.update(this.draft);
    this.follow();
    if (this.page.summary.textContent) {
      const open = problems(this.questionnaire, this.draft);
      this.form.showProblems(open, false);
      this.page.showSummary(summary(open));
    }
  }

  /**
   * Name what is open, at the questions and in one sentence.
   * @returns {boolean} whether the answer can be sent
   */
  check() {
    const open = problems(this.questionnaire, this.draft);
    this.form.showProblems(open);
    this.page.showSummary(summary(open));
    return open.length === 0;
  }

  /**
   * Show what the server objects to.
   * @param {Record<string, string>} errors sentence by field
   * @param {string} message for none
   */
  object(errors, message) {
    const found = Object.entries(errors).map(([field, text]) => ({ field, text: String(text) }));
    this.form.showProblems(found);
    this.page.showSummary(found.length === 0 ? message : "");
  }
}
