/** Do to the answer what keys ask for, and say it to those who don't see it. */

/** @import {Command} from "../keys/keys.js" */
/** @import {Questions} from "./questions.js" */

import { announce } from "./announce.js";
import { move, toFront, toggle } from "./ranking.js";

/**
 * Do what a key asks for.
 * @param {Questions} questions
 * @param {Command} command
 * @returns {boolean} whether it was for the form
 */
export function answerCommand(questions, command) {
  const { classes, reasons, confidence, needs_correction: correction, guessed_source: source } = questions.questionnaire;
  const { draft } = questions;
  switch (command.name) {
    case "class":
    case "classFirst": {
      const name = classes.options[command.index]?.name;
      if (name !== undefined) {
        const change = command.name === "class" ? toggle : toFront;
        questions.chooseClass(change(draft.classes, name), name);
      }
      return true;
    }
    case "rank":
      rank(questions, command.by);
      return true;
    case "confidence": {
      const level = confidence.levels[command.index];
      if (level !== undefined) {
        questions.change({ confidence: command.index + 1 });
        announce(`Confidence ${command.index + 1}, ${level}`);
      }
      return true;
    }
    case "reason": {
      const name = reasons.options[command.index]?.name;
      if (name !== undefined) {
        questions.chooseReason(name);
        announce(`${name}: ${questions.draft.reasons.includes(name) ? "chosen" : "taken back"}`);
      }
      return true;
    }
    case "needsCorrection":
      questions.change({ needsCorrection: command.value });
      announce(`${correction.text} ${command.value ? "Yes" : "No"}`);
      return true;
    case "source": {
      const guess = source?.options[command.index];
      if (source && guess !== undefined) {
        questions.change({ guessedSource: guess });
        announce(`${source.text} ${guess}`);
      }
      return true;
    }
    case "comment":
      questions.form.comment.focus();
      return true;
    default:
      return false;
  }
}

/**
 * Move the class in focus, or else the one that was chosen or moved last.
 * @param {Questions} questions
 * @param {number} by -1: more certain
 */
function rank(questions, by) {
  const { classes } = questions.draft;
  const inFocus = questions.form.classes.nameOf(document.activeElement);
  const last = questions.lastClass;
  const name = inFocus ?? (classes.includes(last) ? last : classes.at(-1));
  if (name !== undefined) {
    questions.chooseClass(move(classes, name, by), name);
  }
}
