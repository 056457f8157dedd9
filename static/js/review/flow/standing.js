/** How it stands with the answer to an ROI: what the server has, what waits here. No DOM. */

/** @import {Draft} from "../answer/answer.js" */
/** @import {Entry, Refusal} from "../saving/outbox.js" */
/** @import {Answer} from "../types.js" */

import { draftOf } from "../answer/answer.js";

/** @typedef {{draft: Draft, revision: number}} Given an answer, sent or not */
/**
 * @typedef {object} Standing
 * @property {Draft | null} given the answer as it stands
 * @property {number} revises what a new answer would follow
 * @property {Refusal | null} refusal
 */

/**
 * @param {(Answer & {revision: number}) | null} answer as the ROI was loaded with it
 * @param {readonly Entry[]} waiting answers that the server does not have, in order
 * @param {Given | undefined} newer what was learned since
 * @returns {Standing}
 */
export function standing(answer, waiting, newer) {
  const last = waiting.at(-1);
  const refusal = waiting.find((entry) => entry.refusal)?.refusal ?? null;
  if (last) {
    const revises = refusal ? (waiting[0]?.body.revises ?? 0) : last.body.revises + 1;
    return { given: last.draft, revises, refusal };
  }
  if (newer && newer.revision > (answer?.revision ?? 0)) {
    return { given: newer.draft, revises: newer.revision, refusal };
  }
  return { given: answer && draftOf(answer), revises: answer?.revision ?? 0, refusal };
}
