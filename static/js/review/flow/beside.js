/** The panels beside the form, one at a time: they take room of their own and cover nothing. */

import { byId } from "../elements.js";

/** @typedef {"guidelines" | "answers"} Name */

/** Opens and closes the panels. */
export class Beside {
  /**
   * @param {Record<Name, (room: HTMLElement) => void>} fill puts the content in, at each opening
   */
  constructor(fill) {
    this.fill = fill;
    /** @type {Name | null} */
    this.open = null;
    /** Whether it was opened by pressing its button with a key: the focus goes back there. */
    this.byButton = false;
    for (const name of /** @type {Name[]} */ (Object.keys(fill))) {
      this.opener(name).addEventListener("click", ({ detail }) => this.toggle(name, detail === 0));
      const panel = this.panel(name);
      panel.querySelector(".beside-close")?.addEventListener("click", () => this.close());
    }
  }

  /**
   * Open a panel in place of the other, or close it.
   * @param {Name} name
   * @param {boolean} [byButton] whether its button was pressed with a key
   */
  toggle(name, byButton = false) {
    if (this.open === name) {
      this.close();
      return;
    }
    this.hide();
    this.open = name;
    this.byButton = byButton;
    this.refresh();
    this.mark(name, true);
    this.room(name).focus({ preventScroll: true });
  }

  /** Close what is open. After a click or a key of ours, Enter saves again at once. */
  close() {
    const name = this.open;
    this.hide();
    if (name !== null) {
      (this.byButton ? this.opener(name) : byId("stage", HTMLElement)).focus({ preventScroll: true });
    }
  }

  /**
   * Close what is open, unless the rater leaves something else, a text field for example.
   * @returns {boolean} whether something was closed
   */
  leave() {
    const { activeElement } = document;
    const isMeant =
      this.open !== null &&
      (activeElement === byId("stage", HTMLElement) || this.panel(this.open).contains(activeElement));
    if (isMeant) {
      this.close();
    }
    return isMeant;
  }

  /** Put the content in anew, where something is open. */
  refresh() {
    if (this.open) {
      this.fill[this.open](this.room(this.open));
    }
  }

  hide() {
    if (this.open) {
      this.mark(this.open, false);
      this.open = null;
    }
  }

  /**
   * @param {Name} name
   * @param {boolean} open
   */
  mark(name, open) {
    this.panel(name).hidden = !open;
    this.opener(name).setAttribute("aria-expanded", String(open));
    byId("content", HTMLElement).toggleAttribute("data-beside", open);
  }

  /** @param {Name} name */
  panel(name) {
    return byId(`beside-${name}`, HTMLElement);
  }

  /** @param {Name} name */
  room(name) {
    return byId(`room-${name}`, HTMLElement);
  }

  /** @param {Name} name */
  opener(name) {
    return byId(`open-${name}`, HTMLButtonElement);
  }
}
