/** The body of an answer, as the server takes it. */

/** @import {Assignment} from "../types.js" */

/**
 * Complete an answer with what its redrawn mask was drawn on.
 * @param {Record<string, any>} answer as `answerOf` gives it
 * @param {Assignment} assignment
 * @returns {Record<string, any>}
 */
export function bodyOf(answer, { crop, mask }) {
  if (!answer.correction) {
    return { ...answer, correction: null };
  }
  const drawnOn = {
    shape: crop.shape,
    offset_ijk: crop.offset_ijk,
    mask_sha256: /([0-9a-f]{64})\.nii/.exec(mask.url)?.[1] ?? "",
  };
  return { ...answer, correction: { ...answer.correction, ...drawnOn } };
}
