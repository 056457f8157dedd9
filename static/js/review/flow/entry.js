/** Make an answer ready for the outbox, in the form that the server takes. No DOM. */

/** @import {Draft} from "../answer/answer.js" */
/** @import {Entry} from "../saving/outbox.js" */
/** @import {Assignment} from "../types.js" */

import { answerOf } from "../answer/answer.js";
import { newId } from "../saving/ids.js";

/**
 * @param {object} given
 * @param {Assignment} given.assignment
 * @param {string} given.study
 * @param {number} given.place from 1
 * @param {Draft} given.draft
 * @param {number} given.revises revision that it follows
 * @param {number} given.activeS
 * @param {number} given.totalS
 * @param {string} given.clientVersion of the page that it is given in, whichever page sends it
 * @returns {Entry}
 */
export function entryOf({ assignment, study, place, draft, revises, activeS, totalS, clientVersion }) {
  const times = { active_s: tenths(activeS), total_s: tenths(totalS) };
  return {
    key: newId(),
    id: assignment.id,
    study,
    place,
    at: Date.now(),
    body: { ...bodyOf(answerOf(draft), assignment), ...times, revises, client_version: clientVersion },
    draft,
    refusal: null,
  };
}

/**
 * @param {Record<string, any> | undefined} body of an answer
 * @returns {{activeS: number, totalS: number}}
 */
export function timesOf(body) {
  return { activeS: body?.active_s ?? 0, totalS: body?.total_s ?? 0 };
}

/**
 * Complete an answer with what its redrawn mask was drawn on.
 * @param {Record<string, any>} answer as `answerOf` gives it
 * @param {Assignment} assignment
 * @returns {Record<string, any>}
 */
function bodyOf(answer, { crop, mask }) {
  if (!answer.correction) {
    return { ...answer, correction: null };
  }
  const drawnOn = {
    shape: crop.shape,
    offset_ijk: crop.offset_ijk,
    mask_key: mask.key,
  };
  return { ...answer, correction: { ...answer.correction, ...drawnOn } };
}

/**
 * @param {number} seconds
 * @returns {number}
 */
function tenths(seconds) {
  return Math.round(Math.max(0, seconds) * 10) / 10;
}
