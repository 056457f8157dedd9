/** Do what keys, buttons and the form ask for: the one place where all parts of the page meet. */

/** @import {Command} from "./keys.js" */
/** @import {Page} from "./page.js" */
/** @import {RoiLoader} from "./roi-loader.js" */
/** @import {Saving} from "./saving.js" */
/** @import {Session} from "./session.js" */
/** @import {Stage} from "./stage.js" */
/** @import {Page as Addresses, Questionnaire} from "./types.js" */
/** @import {WholeScan} from "./whole-scan.js" */

import { toggleReason } from "./answer.js";
import { ApiError } from "./api.js";
import { byId } from "./elements.js";
import { Form } from "./form.js";
import { listenToKeys } from "./keyboard.js";
import { timeLeft } from "./pace.js";
import { answerInWords, linkBeside } from "./page.js";
import { move, toFront, toggle } from "./ranking.js";
import { autoRange } from "./roi-loader.js";
import { problems, summary } from "./validation.js";

/** The page in use. */
export class Review {
  /**
   * @param {object} parts
   * @param {Session} parts.session
   * @param {Stage} parts.stage
   * @param {WholeScan} parts.whole
   * @param {RoiLoader} parts.loader
   * @param {Page} parts.page
   * @param {Questionnaire} parts.questionnaire
   * @param {Addresses} parts.addresses
   */
  constructor({ session, stage, whole, loader, page, questionnaire, addresses }) {
    this.session = session;
    this.stage = stage;
    this.whole = whole;
    this.loader = loader;
    this.page = page;
    this.questionnaire = questionnaire;
    this.addresses = addresses;
    this.opening = 0;
    this.form = new Form(byId("questions", HTMLElement), questionnaire, {
      toggleClass: (name) => this.chooseClass(toggle(this.draft.classes, name), name),
      moveClass: (name, by) => this.chooseClass(move(this.draft.classes, name, by), name),
      toggleReason: (name) => this.chooseReason(name),
      setConfidence: (confidence) => this.change({ confidence }),
      setNeedsCorrection: (needsCorrection) => this.change({ needsCorrection }),
      setWords: (kind, name, words) =>
        this.change({ [kind]: { ...this.draft[kind], [name]: words } }),
      setComment: (comment) => this.change({ comment }),
    });
  }

  get draft() {
    return this.session.draft;
  }

  /** Listen to the keyboard and to the page's own buttons. */
  listen() {
    listenToKeys({ help: this.page.help, run: (command) => this.run(command) });
    addEventListener("hashchange", () => void this.open(decodeURIComponent(location.hash.slice(1))));
    for (const button of document.querySelectorAll("[data-command]")) {
      button.addEventListener("click", () => {
        this.run(/** @type {Command} */ ({ name: button.getAttribute("data-command") }));
      });
    }
  }

  /**
   * Show an ROI with its draft or its answer.
   * @param {string | undefined} id
   */
  async open(id) {
    const { session, page } = this;
    if (!id || id === session.roi?.assignment.id || session.saving) {
      return;
    }
    this.opening += 1;
    const mine = this.opening;
    const slow = setTimeout(() => page.cover("Loading …"), 150);
    try {
      const roi = await session.open(id);
      if (mine !== this.opening) {
        return;
      }
      this.stage.show(roi.shown);
      page.cover("");
      history.replaceState(null, "", `#${id}`);
      this.whole.follow(roi.assignment.scan.url, roi.shown);
      this.showAll();
      session.fetchAhead().then(() => mine === this.opening && this.whole.begin());
    } catch (error) {
      this.failToOpen(error);
    } finally {
      clearTimeout(slow);
    }
  }

  /** Show everything of the ROI that is open now. */
  showAll() {
    const { session, page } = this;
    const { items } = session.queue;
    this.form.update(this.draft);
    this.form.showProblems([]);
    page.showSummary("");
    page.tell("");
    page.showProgress({
      place: session.place() + 1,
      n: items.length,
      answered: session.answered.size,
      timeLeft: timeLeft(session.pace, items.length - session.answered.size),
    });
    byId("back", HTMLButtonElement).disabled = session.before() === null;
    byId("stage", HTMLElement).focus({ preventScroll: true });
  }

  /** @param {unknown} error */
  failToOpen(error) {
    console.error(error);
    if (error instanceof ApiError && error.trouble === "signin") {
      this.page.cover("You are signed out. Sign in again, then reload this page.");
    } else {
      const why = error instanceof Error ? error.message : String(error);
      this.page.cover(`This ROI can't be shown. ${why} Reload the page to try again.`);
    }
  }

  /** @param {Command} command */
  run(command) {
    if (command.name === "help") {
      this.page.toggleHelp();
    } else if (command.name === "leave") {
      byId("stage", HTMLElement).focus({ preventScroll: true });
    } else if (command.name === "contrast") {
      this.autoContrast();
    } else if (this.session.roi && !this.stage.command(command)) {
      this.answer(command);
    }
    this.showToggles();
  }

  /** @param {Command} command */
  answer(command) {
    if (this.session.saving) {
      if (command.name === "save") {
        this.session.parts.saver.now();
      }
      return;
    }
    const { classes, reasons, confidence } = this.questionnaire;
    switch (command.name) {
      case "class":
      case "classFirst": {
        const name = classes.options[command.index]?.name;
        if (name !== undefined) {
          const change = command.name === "class" ? toggle : toFront;
          this.chooseClass(change(this.draft.classes, name), name);
        }
        break;
      }
      case "confidence":
        if (command.index < confidence.levels.length) {
          this.change({ confidence: command.index + 1 });
        }
        break;
      case "reason": {
        const name = reasons.options[command.index]?.name;
        if (name !== undefined) {
          this.chooseReason(name);
        }
        break;
      }
      case "needsCorrection":
        this.change({ needsCorrection: command.value });
        break;
      case "comment":
        this.form.comment.focus();
        break;
      case "save":
        void this.saveAndGoOn();
        break;
      case "back":
        void this.open(this.session.before() ?? undefined);
        break;
      default:
    }
  }

  /**
   * @param {string[]} classes
   * @param {string} name the class that was chosen or left
   */
  chooseClass(classes, name) {
    const isNew = classes.includes(name) && !this.draft.classes.includes(name);
    this.change({ classes });
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
    if (!this.session.roi || this.session.saving) {
      this.form.update(this.draft);
      return;
    }
    const kept = this.session.change(part);
    this.form.update(this.draft);
    const open = problems(this.questionnaire, this.draft);
    if (this.page.summary.textContent) {
      this.form.showProblems(open, false);
      this.page.showSummary(summary(open));
    }
    if (!kept) {
      this.page.tell("This browser keeps no drafts: what you type is lost if the page closes before it is saved.");
    }
  }

  /** Save what was changed, then open the next ROI. */
  async saveAndGoOn() {
    const open = problems(this.questionnaire, this.draft);
    this.form.showProblems(open);
    this.page.showSummary(summary(open));
    if (open.length > 0) {
      return;
    }
    if (this.session.isChanged()) {
      try {
        await this.session.save();
      } catch (error) {
        await this.failToSave(error);
        return;
      }
    }
    const next = this.session.after();
    if (next === null) {
      location.assign(this.addresses.done_url);
    } else {
      await this.open(next);
    }
  }

  /** @param {unknown} error */
  async failToSave(error) {
    if (!(error instanceof ApiError)) {
      console.error(error);
      this.page.tell("The answer was not saved. It is kept here; reload the page and save again.");
      return;
    }
    if (error.trouble === "invalid") {
      const found = Object.entries(error.errors).map(([field, text]) => ({ field, text: String(text) }));
      this.form.showProblems(found);
      this.page.showSummary(found.length === 0 ? error.message : "");
    } else if (error.trouble === "conflict") {
      const other = await this.session.seeOther().catch(() => null);
      const words = other ? answerInWords(this.questionnaire, other) : "";
      this.page.tell(
        `This ROI was answered elsewhere meanwhile: ${words}. What you chose is still here; save again to put it in its place.`,
      );
    } else {
      this.page.tell(`${error.message} What you chose is kept in this browser.`);
    }
  }

  /** @param {Saving} saving */
  onSaving(saving) {
    this.page.showSaving(saving);
    if (saving.state === "signin") {
      this.page.tell(
        "You are signed out. Your answer is kept here. ",
        linkBeside(this.addresses.login_url, "Sign in in a new tab"),
        document.createTextNode(", then come back: it is saved by itself."),
      );
    } else if (saving.state === "saved") {
      this.page.tell("");
    }
  }

  /** The rater came back to the page, or the network did: try at once what waits. */
  comeBack() {
    if (this.session.saving) {
      this.session.parts.saver.now();
    }
  }

  /** Note the time of work with the draft, where there is one. */
  note() {
    const { session } = this;
    if (session.roi && !session.saving && session.isChanged() && session.draft.classes.length > 0) {
      session.keep();
    }
  }

  /** Choose black and white from the crop's own intensities; the next press takes the wider choice. */
  autoContrast() {
    const { roi } = this.session;
    if (roi) {
      const narrow = autoRange(roi.shown.crop.image, { low: 0.02, high: 0.98 });
      const isNarrow = roi.shown.range[0] === narrow[0] && roi.shown.range[1] === narrow[1];
      const range = isNarrow ? autoRange(roi.shown.crop.image) : narrow;
      this.loader.keepRange(roi, range);
      this.stage.viewer.setRange(range);
      this.stage.redraw();
    }
  }

  /** Show on the buttons under the planes what is on. */
  showToggles() {
    for (const [name, on] of /** @type {[string, boolean][]} */ ([
      ["contour", this.stage.outline],
      ["crosshair", this.stage.marks],
    ])) {
      document.querySelector(`[data-command="${name}"]`)?.setAttribute("aria-pressed", String(on));
    }
  }
}
