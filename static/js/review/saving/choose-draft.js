/** Choose with which draft to go on: the one in this browser or the one on the server. No DOM. */

/** @import {Draft} from "../answer/answer.js" */
/** @import {Stored} from "./draft-sync.js" */
/** @import {Kept} from "./drafts.js" */

import { emptyDraft, sameAnswer } from "../answer/answer.js";

/**
 * @typedef {object} Choice
 * @property {Kept | null} kept the draft of this browser, where it counts
 * @property {Draft} draft to go on with
 * @property {number} version of the server's draft that it follows
 * @property {Stored | null} other a draft of elsewhere that differs: the rater chooses
 * @property {Draft | null} older what was typed here before the answer that there is now
 */

/**
 * @param {object} found
 * @param {Draft} found.given the answer as it stands, or an empty one
 * @param {number} found.revises its revision
 * @param {Kept | null} found.kept
 * @param {Stored | null} found.remote
 * @param {string} found.client of this tab
 * @returns {Choice}
 */
export function chooseDraft({ given, revises, kept, remote, client }) {
  const ours = kept?.revises === revises ? kept : null;
  const theirs = remote?.revises === revises ? remote : null;
  const older = !ours && kept && !isSaid(kept.draft, given) ? kept.draft : null;
  if (!ours || !theirs) {
    return {
      kept: ours,
      draft: ours?.draft ?? theirs?.draft ?? given,
      version: Math.max(ours?.version ?? 0, theirs?.version ?? 0),
      other: null,
      older,
    };
  }
  const follows = theirs.version <= ours.version || theirs.client === client;
  if (follows || sameAnswer(ours.draft, theirs.draft)) {
    const version = Math.max(ours.version, theirs.version);
    return { kept: ours, draft: ours.draft, version, other: null, older };
  }
  return ours.isNew
    ? { kept: ours, draft: ours.draft, version: ours.version, other: theirs, older }
    : { kept: ours, draft: theirs.draft, version: theirs.version, other: null, older };
}

/**
 * @param {Draft} draft
 * @param {Draft} given
 * @returns {boolean} whether nothing is lost without the draft
 */
function isSaid(draft, given) {
  return [given, emptyDraft()].some((one) => sameAnswer(draft, one));
}
