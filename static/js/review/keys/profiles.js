/** A rater's keys: a profile of key_profiles.json, and what the rater changed of it. */

/**
 * @typedef {object} Action
 * @property {string} name
 * @property {string} text
 * @property {string} group
 * @property {"always" | "drawing"} while
 * @property {string} [family] actions that stand on one line of the card
 * @property {string[]} [fixed] chords that it always has
 */

/**
 * @typedef {object} KeyProfiles
 * @property {string} chord what a chord looks like, as a regular expression
 * @property {Record<string, string>} groups
 * @property {Record<string, string>} families
 * @property {Action[]} actions
 * @property {Record<string, {label: string, keys: Record<string, string[]>}>} profiles
 * @property {Record<string, string>} reserved what the browser does with a chord
 * @property {{device: string, how: string, text: string}[]} pointer
 */

/** @typedef {{profile: string, changes: Record<string, string[]>}} Keys */
/** @typedef {{text: string, other: Action | null}} KeyProblem `other` could swap */

/** @type {Keys} what a rater has who changed nothing */
export const DEFAULT_KEYS = { profile: "itk-snap", changes: {} };

/**
 * Give the chords of each action, the fixed ones first. Keys of an older version of the page fit as
 * well as they can: what is unknown is left out, and a change wins over a profile's own key.
 * @param {KeyProfiles} all
 * @param {Keys} keys
 * @returns {Map<string, string[]>}
 */
export function boundKeys(all, { profile, changes }) {
  const own = all.profiles[profile]?.keys ?? all.profiles[DEFAULT_KEYS.profile]?.keys ?? {};
  const valid = (/** @type {string} */ chord) => chordProblem(all, chord) === null;
  const taken = new Set();
  /** @param {string[]} chords */
  const take = (chords) => {
    const free = chords.filter((chord) => !taken.has(chord));
    free.forEach((chord) => taken.add(chord));
    return free;
  };
  const fixed = new Map(all.actions.map(({ name, fixed: chords }) => [name, take(chords ?? [])]));
  const changed = new Map(
    all.actions.flatMap(({ name }) => {
      const chords = changes[name];
      return chords ? [/** @type {[string, string[]]} */ ([name, take(chords.filter(valid))])] : [];
    }),
  );
  return new Map(
    all.actions.map(({ name }) => [
      name,
      [...(fixed.get(name) ?? []), ...(changed.get(name) ?? take(own[name] ?? []))],
    ]),
  );
}

/**
 * Turn the keys around: which action a chord asks for.
 * @param {KeyProfiles} all
 * @param {Keys} keys
 * @returns {Map<string, Action>}
 */
export function tableOf(all, keys) {
  const bound = boundKeys(all, keys);
  return new Map(
    all.actions.flatMap((action) =>
      (bound.get(action.name) ?? []).map((chord) => /** @type {[string, Action]} */ ([chord, action])),
    ),
  );
}

/**
 * Say why no action may have a chord; null where one may.
 * @param {KeyProfiles} all
 * @param {string} chord
 * @returns {string | null} goes on after the name of the chord
 */
export function chordProblem(all, chord) {
  if (chord.startsWith("Ctrl+Alt+")) {
    return "writes a character on many keyboards (AltGr)";
  }
  if (!new RegExp(all.chord).test(chord)) {
    return "is a key that not every keyboard has";
  }
  const owner = all.actions.find(({ fixed }) => fixed?.includes(chord));
  return owner ? `always means “${shortText(owner)}”` : (all.reserved[chord] ?? null);
}

/**
 * Say why an action can't have one chord more, or instead of its own.
 * @param {KeyProfiles} all
 * @param {Keys} keys
 * @param {string} action
 * @param {string} chord
 * @param {(chord: string) => string} label what the rater's keyboard calls a chord
 * @returns {KeyProblem | null}
 */
export function problemOf(all, keys, action, chord, label) {
  const problem = chordProblem(all, chord);
  if (problem !== null) {
    return { text: `${label(chord)} ${problem}: please choose another key.`, other: null };
  }
  const other = tableOf(all, keys).get(chord);
  if (!other || other.name === action) {
    return null;
  }
  return { text: `${label(chord)} is the key of “${shortText(other)}”.`, other };
}

/**
 * Give the text of an action up to where it goes into detail.
 * @param {Action} action
 * @returns {string}
 */
export function shortText({ text }) {
  return text.split(";")[0] ?? text;
}
