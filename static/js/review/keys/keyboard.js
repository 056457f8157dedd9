/** Listen to the keyboard for the whole page, and let nothing of ours reach NiiVue's own keys. */

/** @import {Bindings} from "./bindings.js" */
/** @import {Command} from "./keys.js" */

import { isTyping } from "../elements.js";
import { chordOf } from "./chords.js";
import { learn } from "./key-labels.js";
import { commandOf, repeats } from "./keys.js";
import { keepsKey } from "./own-keys.js";

/** How long a key is held before it counts as a look without the outline, in ms. */
const PEEK_AFTER_MS = 350;
/** What may be asked for in the middle of a text. */
const WHILE_TYPING = new Set(["Escape", "Ctrl+Enter"]);

/**
 * Turn key presses into commands.
 * @param {object} parts
 * @param {Bindings} parts.bindings
 * @param {() => boolean} parts.isDrawing whether a mask can be drawn now
 * @param {(command: Command) => void} parts.run
 */
export function listenToKeys({ bindings, isDrawing, run }) {
  /** @type {{code: string, since: number} | null} */
  let peek = null;

  /** @param {KeyboardEvent} event */
  function onDown(event) {
    learn(event);
    const chord = chordOf(event);
    if (chord === null || (isTyping(event.target) && !WHILE_TYPING.has(chord))) {
      return;
    }
    const action = bindings.actionAt(chord, isDrawing());
    if (!action || inDialog(action.name) || keepsKey(event.target, chord)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const command = commandOf(action.name);
    if (event.repeat && !repeats(command)) {
      return;
    }
    if (command.name === "contour") {
      peek = { code: event.code, since: event.timeStamp };
    }
    run(command);
  }

  /**
   * End a look without the outline.
   * @param {number} now
   */
  function endPeek(now) {
    if (peek && now - peek.since > PEEK_AFTER_MS) {
      run({ name: "contour" });
    }
    peek = null;
  }

  document.addEventListener("keydown", onDown, { capture: true });
  document.addEventListener(
    "keyup",
    (event) => event.code === peek?.code && endPeek(event.timeStamp),
    { capture: true },
  );
  // A key that is let go over another window is never heard of again.
  addEventListener("blur", (event) => endPeek(event.timeStamp));
}

/**
 * Say whether a dialog covers what an action is about.
 * @param {string} action
 * @returns {boolean}
 */
function inDialog(action) {
  const dialog = document.querySelector("dialog:modal");
  return dialog !== null && !(action === "help" && dialog.id === "keys");
}
