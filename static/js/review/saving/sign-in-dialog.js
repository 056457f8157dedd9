/** Ask for user name and password without leaving the page. */

/** @import {SignIn} from "./sign-in.js" */

import { el } from "../elements.js";
import { sendCode, signIn } from "./sign-in.js";

/** The dialog; it opens once at a time. */
export class SignInDialog {
  /**
   * @param {SignIn} where
   * @param {() => void} done
   */
  constructor(where, done) {
    this.where = where;
    this.done = done;
    this.name = el("input", { id: "sign-in-name", type: "text", name: "username", autocomplete: "username", required: true });
    this.name.value = where.accountName;
    this.password = el("input", { id: "sign-in-password", type: "password", autocomplete: "current-password", required: true });
    /** @type {string | null} where the code goes, once the password was right */
    this.codeUrl = null;
    this.code = el("input", { id: "sign-in-code", type: "text", autocomplete: "one-time-code", spellcheck: "false" });
    this.codePart = el("div", { hidden: true }, el("label", { for: "sign-in-code" }, "Code"), this.code);
    this.error = el("p", { class: "field-error", role: "alert" });
    this.go = el("button", { class: "button button-primary" }, "Sign in");
    const later = el("button", { type: "button", class: "button", click: () => this.dialog.close() }, "Later");
    const form = el("form", { class: "sign-in-again", submit: (/** @type {Event} */ event) => this.submit(event) },
      el("h2", { id: "sign-in-title" }, "Sign in again"),
      el("p", {}, "Your session has ended. Nothing that you typed or answered is gone."),
      el("label", { for: "sign-in-name" }, "User name"), this.name,
      el("label", { for: "sign-in-password" }, "Password"), this.password,
      this.codePart,
      this.error,
      el("div", { class: "versions-buttons" }, this.go, later));
    this.dialog = el("dialog", { id: "sign-in", class: "dialog", "aria-labelledby": "sign-in-title" }, form);
    document.body.append(this.dialog);
  }

  /** Open it, with the cursor in the password. */
  open() {
    if (!this.dialog.open) {
      this.error.textContent = "";
      this.password.value = "";
      this.dialog.showModal();
      this.askFor(null);
    }
  }

  /** @param {Event} event */
  async submit(event) {
    event.preventDefault();
    this.go.disabled = true;
    this.error.textContent = "";
    const outcome = this.codeUrl === null
      ? await signIn(this.where, this.name.value, this.password.value)
      : await sendCode(this.where, this.codeUrl, this.code.value);
    this.go.disabled = false;
    this.password.value = "";
    if (outcome.done) {
      this.dialog.close();
      this.done();
    } else {
      this.error.textContent = outcome.message;
      this.askFor(outcome.codeUrl ?? null);
    }
  }

  /** @param {string | null} codeUrl where a code goes; null: ask for the password */
  askFor(codeUrl) {
    this.codeUrl = codeUrl;
    const isCode = codeUrl !== null;
    this.code.value = "";
    this.code.required = isCode;
    this.codePart.hidden = !isCode;
    this.password.disabled = isCode;
    (isCode ? this.code : this.password).focus();
  }
}
