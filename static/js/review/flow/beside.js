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
    for (const name of /** @type {Name[]} */ (Object.keys(fill))) {
      this.opener(name).addEventListener("click", () => this.toggle(name));
      const panel = this.panel(name);
      panel.querySelector(".beside-close")?.addEventListener("click", () => this.close());
      panel.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    }
  }

  /**
   * Open a panel in place of the other, or close it.
   * @param {Name} name
   */
  toggle(name) {
    if (this.open === name) {
      this.close();
      return;
    }
    this.hide();
    this.open = name;
    this.refresh();
    this.mark(name, true);
    this.panel(name).focus({ preventScroll: true });
  }

  /** Close what is open; the focus goes where it was opened. */
  close() {
    const name = this.open;
    const inside = name !== null && this.panel(name).contains(document.activeElement);
    this.hide();
    if (name !== null && inside) {
      this.opener(name).focus();
    }
  }

  /** Put the content in anew, where something is open. */
  refresh() {
    if (this.open) {
      this.fill[this.open](/** @type {HTMLElement} */ (this.panel(this.open).querySelector(".beside-room")));
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
  opener(name) {
    return byId(`open-${name}`, HTMLButtonElement);
  }
}
