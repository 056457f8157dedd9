/** The shapes of what the server sends and takes; types alone, no code. */

/**
 * @typedef {object} Option
 * @property {string} name
 * @property {boolean} [exclusive] stands alone
 * @property {boolean} [custom_text] asks for the rater's own words
 */

/**
 * @typedef {object} Questionnaire
 * @property {string} version
 * @property {{text: string, hint: string, options: Option[]}} classes
 * @property {{text: string, levels: string[]}} confidence
 * @property {{text: string, options: Option[]}} reasons
 * @property {{text: string}} needs_correction
 * @property {{text: string, options: string[]}} [guessed_source] asked where it is there
 */

/**
 * @typedef {object} Answer as the server keeps it; a custom choice is `Other: words`
 * @property {string[]} classes most certain first
 * @property {number} confidence
 * @property {string[]} reasons
 * @property {boolean} needs_correction
 * @property {string} [guessed_source]
 * @property {string} comment
 * @property {import("./drawing/correction.js").Correction | null} [correction] the redrawn mask
 */

/** @typedef {[number, number, number]} Triple */

/**
 * @typedef {object} Assignment
 * @property {string} id
 * @property {number} position from 1
 * @property {number} n
 * @property {string | null} previous
 * @property {string | null} next
 * @property {{url: string, offset_ijk: Triple, shape: Triple}} crop
 * @property {{url: string, key: string}} mask the key names it in a redrawn mask
 * @property {{url: string, shape: Triple}} scan
 * @property {Triple} focus_mm
 * @property {(Answer & {revision: number, answered_at?: string}) | null} answer
 * @property {import("./saving/draft-sync.js").Stored | null} [draft] what was typed and not saved
 */

/** @typedef {{id: string, position: number, answered: boolean, classes: string[]}} QueueItem */

/**
 * @typedef {object} Queue
 * @property {{id: string, name: string, synthetic: boolean, radiological: boolean, state: string, n: number, answered: number}} study
 * @property {number} at place around which it is
 * @property {number | null} until going on from `at` and round all open ROIs are there up to this place; null: all are
 * @property {QueueItem[]} items
 */

/** @typedef {{revision: number, answered_at: string, answered: number, n: number}} Receipt */

/**
 * @typedef {object} Page where things are; made by the view
 * @property {string} api address under which the API lies
 * @property {string} done_url
 * @property {string} guidelines_url
 * @property {string} panel_url the guidelines as data, for beside the form
 * @property {string} answers_url
 * @property {number | null} pace_s the rater's seconds of work on an ROI so far
 * @property {string} login_url
 * @property {number} block_size ROIs between two pauses; 0 for none
 * @property {"review" | "preview" | "practice"} mode what becomes of answers: the study's, none's, kept apart
 */

export {};
