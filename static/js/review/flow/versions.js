/** Two versions of one answer: where the other comes from, and what choosing one does. No DOM. */

/** @import {Draft} from "../answer/answer.js" */
/** @import {Stored} from "../saving/draft-sync.js" */
/** @import {Entry, Refusal} from "../saving/outbox.js" */
/** @import {Session} from "./session.js" */

import { draftOf, emptyDraft } from "../answer/answer.js";

/**
 * @typedef {object} Version of an answer, from another tab or machine
 * @property {"draft" | "answer"} kind
 * @property {Draft} draft
 * @property {number} revision of the answer that it is, or that the draft follows
 * @property {number} version of the server's draft that it is, 0 where it is none
 * @property {string | null} at when it was typed or given
 */

/**
 * @param {Stored} stored
 * @returns {Version}
 */
export function fromDraft({ draft, revises, version, saved_at: at }) {
  return { kind: "draft", draft: { ...emptyDraft(), ...draft }, revision: revises, version, at };
}

/**
 * @param {Entry} entry given in another tab
 * @returns {Version}
 */
export function fromEntry({ draft, body, at }) {
  return { kind: "answer", draft, revision: body.revises + 1, version: 0, at: new Date(at).toISOString() };
}

/**
 * @param {Refusal} refusal
 * @returns {Version | null} the answer that the server has instead; null where it has none
 */
export function otherAnswer({ problem }) {
  const { answer, current, answered_at: at } = problem;
  return answer && typeof current === "number"
    ? { kind: "answer", draft: draftOf(answer), revision: current, version: 0, at: at ?? null }
    : null;
}

/**
 * Go on with what is in the form.
 * @param {Session} session
 */
export function keepMine(session) {
  const { other } = session;
  const { id } = session.current().assignment;
  if (!other) {
    return;
  }
  session.other = null;
  session.elsewhere.delete(id);
  if (other.kind === "answer") {
    session.given = other.draft;
    session.revises = other.revision;
    session.newer.set(id, other);
  }
  session.version = Math.max(session.version, other.version);
  session.change({});
  session.parts.saving.sync.resolve(id, session.version);
}

/**
 * Go on with the other version; what is in the form goes.
 * @param {Session} session
 */
export function takeOther(session) {
  const { other } = session;
  const { id } = session.current().assignment;
  if (!other) {
    return;
  }
  session.other = null;
  session.elsewhere.delete(id);
  if (other.kind === "answer") {
    void session.parts.saving.discard(id);
    session.newer.set(id, other);
    session.answered.add(id);
    session.startOver();
  } else {
    session.draft = other.draft;
    session.version = other.version;
    session.parts.saving.sync.forget(id);
    session.parts.saving.drafts.keep(session.kept(false));
  }
}
