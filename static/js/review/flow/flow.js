/** What helps a rater through a long session: panels beside the form, the break, the way back. */

/** @import {Guidelines} from "./guidelines-panel.js" */
/** @import {Waiting} from "./own-answers.js" */
/** @import {Session} from "./session.js" */
/** @import {Page as Addresses} from "../types.js" */

import { el } from "../elements.js";
import { answersList } from "./answers-panel.js";
import { Beside } from "./beside.js";
import { guidelinesText } from "./guidelines-panel.js";
import { standings } from "./own-answers.js";

/** The panels of one session. */
export class Flow {
  /**
   * @param {Session} session
   * @param {Addresses} addresses
   * @param {(url: string) => Promise<any>} json fetches from the server
   */
  constructor(session, addresses, json) {
    this.session = session;
    this.addresses = addresses;
    this.json = json;
    /** @type {Promise<Node[]> | null} */
    this.guidelines = null;
    this.beside = new Beside({
      guidelines: (room) => void this.showGuidelines(room),
      answers: (room) => this.showAnswers(room),
    });
  }

  /** Open or close the guidelines. */
  toggleGuidelines() {
    this.beside.toggle("guidelines");
  }

  /** Fetch text and pictures ahead, so that they are there without network. */
  async fetchAhead() {
    await this.text().catch(() => {});
  }

  /** Keep step with the ROI on the screen. */
  follow() {
    if (this.beside.open === "answers") {
      this.beside.refresh();
    }
  }

  /** @returns {Promise<Node[]>} */
  text() {
    this.guidelines ??= this.json(this.addresses.panel_url).then(
      (/** @type {Guidelines} */ found) => guidelinesText(found, this.addresses.guidelines_url),
      (error) => {
        this.guidelines = null;
        throw error;
      },
    );
    return this.guidelines;
  }

  /** @param {HTMLElement} room */
  async showGuidelines(room) {
    if (!room.hasChildNodes()) {
      room.replaceChildren(el("p", { class: "dim" }, "Loading …"));
    }
    try {
      room.replaceChildren(...(await this.text()));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      room.replaceChildren(el("p", {}, `The guidelines did not load. ${why}`));
      return;
    }
    const first = this.session.draft.classes[0];
    for (const one of room.querySelectorAll(".guide-class")) {
      if (one instanceof HTMLElement && one.dataset.class === first) {
        one.scrollIntoView({ block: "nearest" });
      }
    }
  }

  /** @param {HTMLElement} room */
  showAnswers(room) {
    const { session, addresses } = this;
    const here = session.roi?.assignment.id ?? "";
    const items = session.way.items.map((item) => ({
      ...item,
      classes: session.newer.get(item.id)?.draft.classes ?? item.classes,
    }));
    const rows = standings(items, session.answered, this.waiting(), here);
    const focus = room.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
    room.replaceChildren(...answersList(rows, { here, url: addresses.answers_url, isWhole: session.way.isWhole }));
    if (focus) {
      [...room.querySelectorAll("a")].find((row) => row.getAttribute("href") === focus)?.focus();
    }
  }

  /** @returns {Waiting[]} */
  waiting() {
    return [...this.session.parts.saving.outbox.entries.values()].map(({ id, draft, refusal }) => ({
      id,
      classes: draft.classes,
      refused: refusal !== null,
    }));
  }
}
