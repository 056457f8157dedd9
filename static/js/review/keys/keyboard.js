/** Listen to the keyboard for the whole page, and let nothing of ours reach NiiVue's own keys. */

/** @import {Command} from "./keys.js" */

import { isTyping } from "../elements.js";
import { learn } from "./key-labels.js";
import { commandFor } from "./keys.js";

/** How long S is held before it counts as a look without the outline, in ms. */
const PEEK_AFTER_MS = 350;
/** Where Enter keeps its own meaning: links, and buttons outside of the form. */
const OWN_ENTER = "a, .toolbar button, .topbar button, #back, .arrow";

/**
 * Turn key presses into commands.
 * @param {object} parts
 * @param {HTMLDialogElement} parts.help while it is open only `?` counts
 * @param {(command: Command) => void} parts.run
 */
export function listenToKeys({ help, run }) {
  let peekSince = 0;

  /** @param {KeyboardEvent} event */
  function onDown(event) {
    if (event.isComposing) {
      return;
    }
    learn(event);
    const command = commandFor(event, isTyping(event.target));
    if (!command || (help.open && command.name !== "help")) {
      return;
    }
    if (command.name === "save" && keepsEnter(event.target)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat && !["step", "slice"].includes(command.name)) {
      return;
    }
    if (command.name === "contour") {
      peekSince = event.timeStamp;
    }
    run(command);
  }

  /** @param {KeyboardEvent} event */
  function onUp(event) {
    if (event.code === "KeyS" && peekSince > 0) {
      if (event.timeStamp - peekSince > PEEK_AFTER_MS) {
        run({ name: "contour" });
      }
      peekSince = 0;
    }
  }

  document.addEventListener("keydown", onDown, { capture: true });
  document.addEventListener("keyup", onUp, { capture: true });
}

/**
 * @param {EventTarget | null} target
 * @returns {boolean}
 */
function keepsEnter(target) {
  return target instanceof HTMLElement && target.closest(OWN_ENTER) !== null;
}
