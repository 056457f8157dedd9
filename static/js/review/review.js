/** Do what keys, buttons and the form ask for: the one place where all parts of the page meet. */

/** @import {Command} from "./keys/keys.js" */
/** @import {Flow} from "./flow/flow.js" */
/** @import {Page} from "./page.js" */
/** @import {Planes} from "./viewer/planes.js" */
/** @import {SavingOnPage} from "./saving/on-page.js" */
/** @import {Session} from "./flow/session.js" */
/** @import {Stage} from "./viewer/stage.js" */
/** @import {Page as Addresses, Questionnaire} from "./types.js" */

import { byId } from "./elements.js";
import { runDrawing } from "./drawing/commands.js";
import { Drawing } from "./drawing/drawing.js";
import { isMeant } from "./drawing/meant.js";
import { DrawingBar } from "./drawing/toolbar.js";
import { listenToKeys } from "./keys/keyboard.js";
import { timeLeft } from "./flow/pace.js";
import { Questions } from "./answer/questions.js";

/** The page in use. */
export class Review {
  /**
   * @param {object} parts
   * @param {Session} parts.session
   * @param {Stage} parts.stage
   * @param {Planes} parts.planes
   * @param {Page} parts.page
   * @param {Questionnaire} parts.questionnaire
   * @param {Addresses} parts.addresses
   * @param {ReturnType<typeof import("./keys/start.js").startKeys>} parts.keys
   * @param {Flow} parts.flow
   */
  constructor({ session, stage, planes, page, questionnaire, addresses, keys, flow }) {
    this.session = session;
    this.stage = stage;
    this.planes = planes;
    this.page = page;
    this.addresses = addresses;
    this.keys = keys;
    this.flow = flow;
    this.toldUnseen = false;
    this.questions = new Questions(session, page, questionnaire);
    this.bar = new DrawingBar(byId("drawing", HTMLElement), (command) => this.run(command));
    this.drawing = new Drawing({
      stage,
      work: session,
      change: (part) => this.questions.change(part),
      show: () => this.bar.update(this.drawing),
    });
    this.questions.follow = () => {
      this.drawing.follow();
      this.saving?.decision.follow();
    };
    /** @type {SavingOnPage | null} */
    this.saving = null;
    /** @type {import("./flow/block-end.js").BlockEnd | null} */
    this.blocks = null;
  }

  /** Listen to the keyboard and to the page's own buttons. */
  listen() {
    listenToKeys({
      bindings: this.keys.bindings,
      isDrawing: () => this.drawing.on,
      run: (command) => this.run(command),
    });
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
    if (!id || (id === session.roi?.assignment.id && !session.locked)) {
      return;
    }
    const slow = setTimeout(() => page.cover("Loading …"), 150);
    try {
      const roi = await session.open(id);
      if (!roi) {
        return;
      }
      this.planes.show(roi);
      history.replaceState(null, "", `#${id}`);
      this.showAll();
      session.fetchAhead().then(() => session.roi === roi && this.planes.fetchWhole());
      void this.flow.fetchAhead();
    } catch (error) {
      this.saving?.notOpened(error);
    } finally {
      clearTimeout(slow);
    }
  }

  /** Show everything of the ROI that is open now. */
  showAll() {
    const { session, page } = this;
    const { n, nAnswered } = session.way;
    this.questions.show();
    this.saving?.show();
    page.showProgress({
      place: session.place() + 1,
      n,
      answered: nAnswered,
      timeLeft: timeLeft(session.pace, n - nAnswered, this.addresses.pace_s),
    });
    this.flow.follow();
    byId("back", HTMLButtonElement).disabled = session.before() === null;
    byId("stage", HTMLElement).focus({ preventScroll: true });
  }

  /**
   * Do what a key or a button asks for: the first part that knows the command takes it.
   * @param {Command} command
   */
  run(command) {
    const { session, stage, questions } = this;
    if (command.name === "leave" && stage.tool === null && this.flow.beside.leave()) {
      return;
    }
    const taken = runDrawing(this.drawing, command) || this.command(command);
    if (!taken && session.roi && !stage.command(command) && !session.locked) {
      questions.command(command);
    }
    this.showToggles();
  }

  /**
   * @param {Command} command
   * @returns {boolean} whether it was for the page as a whole
   */
  command(command) {
    const { session } = this;
    switch (command.name) {
      case "help":
        this.keys.dialog.toggle();
        break;
      case "guidelines":
        this.flow.toggleGuidelines();
        break;
      case "answers":
        this.flow.beside.toggle("answers");
        break;
      case "settings":
        byId("open-settings", HTMLButtonElement).click();
        break;
      case "leave":
        this.stage.take(null);
        byId("stage", HTMLElement).focus({ preventScroll: true });
        break;
      case "save":
        this.save();
        break;
      case "back":
        // From an ROI that did not come back to the one before it, which is still here.
        void this.open((session.missing ? session.roi?.assignment.id : session.before()) ?? undefined);
        break;
      case "skip":
        this.skip();
        break;
      default:
        return false;
    }
    return true;
  }

  /** Save what was changed, then open the next ROI. Nobody waits for the server. */
  save() {
    const { session } = this;
    if (!session.roi || session.locked || this.saving?.mustChoose() || !this.questions.check() || this.isUnseen()) {
      return;
    }
    if (!isMeant(this.drawing, this.page, () => this.save())) {
      return;
    }
    if (session.isChanged()) {
      const before = session.way.nAnswered;
      session.save();
      if (session.way.nAnswered > before) {
        this.blocks?.follow(session.way.nAnswered, session.way.n);
      }
    }
    this.goOn();
  }

  /** Go on without an answer; the ROI comes again after the last one. */
  skip() {
    const { session } = this;
    if (!session.roi || session.locked) {
      return;
    }
    session.skip();
    if (session.after() === null && !session.answered.has(session.roi.assignment.id)) {
      this.page.tell("This is the last ROI without an answer: there is nothing to go on to.");
    } else {
      this.goOn();
    }
  }

  /** Open what comes next; after the last one the receipt. */
  goOn() {
    const next = this.session.after();
    if (next === null) {
      this.showAll();
      this.saving?.finish();
    } else {
      void this.open(next);
    }
  }

  /** @returns {boolean} whether the lesion isn't on the screen; the page says so */
  isUnseen() {
    const { unseen } = this.planes;
    if (unseen) {
      this.page.tell(`Not saved: the lesion is not on the screen, and an answer is about what is seen. ${unseen} What you chose is kept.`);
      this.toldUnseen = true;
    }
    return unseen !== "";
  }

  /** The lesion came to the screen after all. */
  onSeen() {
    this.session.seen();
    this.drawing.follow();
    if (this.toldUnseen) {
      this.toldUnseen = false;
      this.page.tell("");
    }
  }

  /** Show on the buttons under the planes what is on. */
  showToggles() {
    for (const [name, on] of /** @type {[string, boolean][]} */ ([
      ["contour", this.stage.display.mode !== "off"],
      ["measure", this.stage.tool === this.stage.measure],
      ["window", this.stage.tool === this.stage.windowTool],
      ["crosshair", this.stage.marks],
    ])) {
      document.querySelector(`[data-command="${name}"]`)?.setAttribute("aria-pressed", String(on));
    }
  }
}
