/** Say in words what went wrong with opening or saving, and what the rater can do about it. */

/** @import {Page} from "./page.js" */
/** @import {Questions} from "./answer/questions.js" */
/** @import {Saving} from "./saving/saving.js" */
/** @import {Session} from "./flow/session.js" */

import { ApiError } from "./saving/api.js";
import { answerInWords, linkBeside } from "./page.js";

/**
 * @param {Page} page
 * @param {unknown} error
 */
export function tellNotOpened(page, error) {
  console.error(error);
  if (error instanceof ApiError && error.trouble === "signin") {
    page.cover("You are signed out. Sign in again, then reload this page.");
  } else {
    const why = error instanceof Error ? error.message : String(error);
    page.cover(`This ROI can't be shown. ${why} Reload the page to try again.`);
  }
}

/**
 * @param {Page} page
 * @param {Saving} saving
 * @param {string} loginUrl
 */
export function tellSaving(page, saving, loginUrl) {
  page.showSaving(saving);
  if (saving.state === "signin") {
    page.tell(
      "You are signed out. Your answer is kept here. ",
      linkBeside(loginUrl, "Sign in in a new tab"),
      document.createTextNode(", then come back: it is saved by itself."),
    );
  } else if (saving.state === "saved") {
    page.tell("");
  }
}

/**
 * @param {{page: Page, questions: Questions, session: Session}} parts
 * @param {unknown} error
 */
export async function tellNotSaved({ page, questions, session }, error) {
  if (!(error instanceof ApiError)) {
    console.error(error);
    page.tell("The answer was not saved. It is kept here; reload the page and save again.");
  } else if (error.trouble === "invalid") {
    questions.object(error.errors, error.message);
  } else if (error.trouble === "conflict") {
    const other = await session.seeOther().catch(() => null);
    const words = other ? `: ${answerInWords(questions.questionnaire, other)}` : "";
    page.tell(
      `This ROI was answered elsewhere meanwhile${words}. What you chose is still here; save again to put it in its place.`,
    );
  } else {
    page.tell(`${error.message} What you chose is kept in this browser.`);
  }
}
