/** What happens to a session when something happens elsewhere: another tab, another machine. No DOM. */

/** @import {Stored} from "../saving/draft-sync.js" */
/** @import {Kept} from "../saving/drafts.js" */
/** @import {Entry} from "../saving/outbox.js" */
/** @import {Session} from "./session.js" */

import { draftOf, emptyDraft, sameAnswer } from "../answer/answer.js";
import { fromDraft, fromEntry } from "./versions.js";

/**
 * The server has an answer.
 * @param {Session} session
 * @param {Entry} entry
 * @param {{revision: number}} receipt
 */
export function storedOnServer(session, entry, { revision }) {
  const known = session.newer.get(entry.id);
  if (known && known.revision === entry.body.revises + 1) {
    session.newer.set(entry.id, { ...known, revision });
  }
  if (entry.study === session.queue.study.id) {
    session.way.give(entry);
  }
}

/**
 * Something was typed in another tab. What was not touched here follows it.
 * @param {Session} session
 * @param {Kept} kept
 * @returns {boolean} whether the ROI on the screen is concerned
 */
export function typedInTab(session, kept) {
  if (session.roi?.assignment.id !== kept.key || sameAnswer(kept.draft, session.draft)) {
    return false;
  }
  if (session.touched) {
    const at = new Date(kept.at).toISOString();
    session.other = { kind: "draft", draft: kept.draft, revision: kept.revises, version: kept.version, at };
  } else {
    session.takeUp();
    session.touched = false; // what is there now was typed there
  }
  return true;
}

/**
 * An answer was given in another tab.
 * @param {Session} session
 * @param {Entry} entry
 * @returns {boolean} whether the ROI on the screen is concerned
 */
export function answeredInTab(session, entry) {
  if (entry.study === session.queue.study.id) {
    session.way.give(entry);
  }
  session.newer.set(entry.id, { draft: entry.draft, revision: entry.body.revises + 1 });
  if (session.roi?.assignment.id !== entry.id) {
    return false;
  }
  if (session.touched && !sameAnswer(entry.draft, session.draft)) {
    session.other = fromEntry(entry);
  } else {
    session.startOver();
  }
  return true;
}

/**
 * The server has another draft, or an answer.
 * @param {Session} session
 * @param {string} id
 * @param {Stored | null} other null: no draft
 * @returns {Promise<boolean>} whether the ROI on the screen is concerned
 */
export async function draftOnServer(session, id, other) {
  const isShown = () => session.roi?.assignment.id === id;
  const assignment = await session.parts.api.assignment(id);
  const { answer } = assignment;
  const revision = answer?.revision ?? 0;
  const known = isShown() ? session.revises : (session.parts.saving.drafts.read(id)?.revises ?? 0);
  if (answer && revision > known) {
    const version = { kind: /** @type {const} */ ("answer"), draft: draftOf(answer), revision, version: 0, at: answer.answered_at ?? null };
    session.newer.set(id, version);
    session.way.meet(assignment);
    session.answered.add(id);
    if (isShown()) {
      session.other = version;
    }
  } else if (!other) {
    session.parts.saving.sync.resolve(id, 0);
    return false;
  } else if (sameAnswer({ ...emptyDraft(), ...other.draft }, session.parts.saving.drafts.read(id)?.draft ?? emptyDraft())) {
    session.parts.saving.sync.resolve(id, other.version);
    return false;
  } else {
    session.elsewhere.set(id, other);
    if (isShown()) {
      session.other = fromDraft(other);
    }
  }
  return isShown();
}
