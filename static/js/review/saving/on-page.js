/** Bring saving and page together: state in words, what needs the rater, signing in, the last page. */

/** @import {Review} from "../review.js" */
/** @import {Entry} from "./outbox.js" */
/** @import {Saving} from "./saving.js" */
/** @import {Tabs} from "./tabs.js" */

import { answeredInTab, draftOnServer, storedOnServer, typedInTab } from "../flow/elsewhere.js";
import { keepMine, takeOther } from "../flow/versions.js";
import { OutboxNotice, tellNotOpened } from "../troubles.js";
import { PRACTICE_WORDS } from "./practice.js";
import { PREVIEW_WORDS } from "./preview.js";
import { RefusedAnswer } from "./refused-answer.js";
import { SignInDialog } from "./sign-in-dialog.js";
import { answers, inWords } from "./words.js";

/** What the page shows of saving. */
export class SavingOnPage {
  /**
   * @param {Review} review
   * @param {Saving} saving
   * @param {Tabs} tabs
   * @param {{account: string, accountName: string}} person
   */
  constructor(review, saving, tabs, person) {
    this.review = review;
    this.saving = saving;
    this.session = review.session;
    /** @type {string | null} the ROI at which all was answered: the receipt waits for the server */
    this.finishing = null;
    const { login_url: loginUrl } = review.addresses;
    this.signIn = new SignInDialog({ ...person, loginUrl, page: location.pathname }, () => {
      tabs.tell({ kind: "signedin" });
      this.comeBack();
    });
    this.actions = {
      signIn: () => this.signIn.open(),
      again: () => this.comeBack(),
      addressOf: (/** @type {Entry} */ entry) =>
        (entry.study === this.session.queue.study.id ? "" : `../../${entry.study}/review/`) + `#${entry.id}`,
    };
    this.notice = new OutboxNotice(this.actions);
    this.decision = new RefusedAnswer(this.session, review.questions.questionnaire, {
      keepMine: () => this.keepMine(),
      takeOther: () => this.takeOther(),
      again: () => void saving.outbox.retry(this.session.current().assignment.id).then(() => this.retake()),
      confirm: (what) => this.confirm(what),
      giveUp: () => this.giveUp(),
    });
    this.listen();
  }

  /** Hear what happens to answers and drafts. */
  listen() {
    const { session, saving } = this;
    const showIf = (/** @type {boolean} */ isShown) => isShown && this.review.showAll();
    saving.listener = {
      changed: () => this.changed(),
      stored: (entry, receipt) => storedOnServer(session, entry, receipt),
      typedElsewhere: (kept) => showIf(typedInTab(session, kept)),
      answeredElsewhere: (entry) => showIf(answeredInTab(session, entry)),
      draftConflict: (id, other) =>
        void draftOnServer(session, id, other).then(showIf, () => undefined),
    };
    this.changed();
  }

  /** Show how it stands, and what became of the ROI on the screen. */
  changed() {
    const { saving, session } = this;
    const summary = saving.outbox.summary();
    const { mode } = this.review.addresses;
    const kept = inWords(summary, saving.shelf.broken);
    this.review.page.showSaving({ preview: PREVIEW_WORDS, practice: kept.state === "saved" ? PRACTICE_WORDS : kept, review: kept }[mode]);
    this.review.flow.follow();
    this.notice.show(saving);
    const id = session.roi?.assignment.id;
    const refusal = id === undefined || session.locked ? null : saving.outbox.refused(id);
    if (refusal && refusal !== session.refusal) {
      this.retake();
    }
    if (this.finishing !== null && this.finishing === id && !session.isChanged()) {
      this.finish();
    }
  }

  /** Show the ROI on the screen as it stands now. */
  retake() {
    this.session.takeUp();
    this.review.showAll();
  }

  /** Show what there is to decide, and what the server objects to. */
  show() {
    this.decision.show();
    const { refusal } = this.session;
    if (refusal?.trouble === "invalid") {
      this.review.questions.object(refusal.problem.errors ?? {}, refusal.message);
    }
  }

  /** @returns {boolean} whether the rater has to choose a version before anything is saved */
  mustChoose() {
    if (this.session.other) {
      this.decision.ask();
    }
    return this.session.other !== null;
  }

  /** All ROIs are answered: go to the receipt once the server has all answers. */
  finish() {
    const { waiting, needs, delivery } = this.saving.outbox.summary();
    if (waiting + needs.length === 0) {
      this.finishing = null;
      location.assign(this.review.addresses.done_url);
      return;
    }
    this.finishing = this.session.current().assignment.id;
    const left = [
      ...(waiting > 0 ? [`${answers(waiting)} ${waiting === 1 ? "is" : "are"} still on the way to the server`] : []),
      ...(needs.length > 0 ? [`${answers(needs.length)} ${needs.length === 1 ? "needs" : "need"} you (see the links)`] : []),
    ];
    this.review.page.tell(`All ROIs are answered, and ${left.join("; ")}. The receipt opens when the server has them all.`);
    if (delivery.state === "signin") {
      this.signIn.open();
    }
  }

  keepMine() {
    const answers = this.session.refusal !== null;
    keepMine(this.session);
    this.review.showAll();
    if (answers) {
      this.review.save();
    }
  }

  takeOther() {
    takeOther(this.session);
    this.review.showAll();
  }

  /** @param {string[]} what the rater confirms of the redrawn mask */
  confirm(what) {
    const { draft } = this.session;
    const correction = /** @type {any} */ (draft).correction;
    const confirmed = [...new Set([...(correction?.confirmed ?? []), ...what])];
    this.session.change(/** @type {any} */ ({ correction: { ...correction, confirmed } }));
    this.review.save();
  }

  giveUp() {
    const { session } = this;
    const { id } = session.current().assignment;
    if (globalThis.confirm("Give up this answer? What the server has stays, and this one is gone for good.")) {
      void this.saving.discard(id);
      session.forget(id);
      this.review.showAll();
    }
  }

  /**
   * Say why an ROI is not there; it is tried again when something comes back.
   * @param {unknown} error
   */
  notOpened(error) {
    tellNotOpened(this.review.page, error, this.actions);
  }

  /** The rater came back to the page, signed in, or the network did: try at once what waits. */
  comeBack() {
    const { missing } = this.session;
    this.saving.hurry();
    this.review.planes.retry();
    if (missing) {
      void this.review.open(missing);
    } else if (this.session.roi) {
      void this.session.fetchAhead();
    }
  }
}
