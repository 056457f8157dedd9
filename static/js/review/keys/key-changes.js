/** Change a rater's keys, so that no chord ever has two actions. */

/** @import {Action, KeyProfiles, Keys} from "./profiles.js" */

import { boundKeys, tableOf } from "./profiles.js";

/** Most keys of one action, as in reviewapp.key_profiles. */
const MAX_CHORDS = 4;

/**
 * Give an action one chord in the place of another, or one more.
 * @param {KeyProfiles} all
 * @param {Keys} keys
 * @param {string} action
 * @param {string} chord
 * @param {string | null} instead null: one more
 * @returns {Keys}
 */
export function withChord(all, keys, action, chord, instead) {
  const now = ownChords(all, keys, action);
  const others = now.filter((one) => one !== chord);
  const next = instead !== null && others.includes(instead)
    ? others.map((one) => (one === instead ? chord : one))
    : [...others, chord].slice(-MAX_CHORDS);
  return withChanges(all, keys, { [action]: next });
}

/**
 * Take a chord from an action.
 * @param {KeyProfiles} all
 * @param {Keys} keys
 * @param {string} action
 * @param {string} chord
 * @returns {Keys}
 */
export function withoutChord(all, keys, action, chord) {
  return withChanges(all, keys, { [action]: ownChords(all, keys, action).filter((one) => one !== chord) });
}

/**
 * Give an action the chord of another one, which gets what the first gives up.
 * @param {KeyProfiles} all
 * @param {Keys} keys
 * @param {string} action
 * @param {string} chord now the other's
 * @param {string | null} instead what the action gives up for it
 * @returns {Keys}
 */
export function swapped(all, keys, action, chord, instead) {
  const other = tableOf(all, keys).get(chord);
  if (!other) {
    return withChord(all, keys, action, chord, instead);
  }
  const left = ownChords(all, keys, other.name).flatMap((one) =>
    one !== chord ? [one] : instead === null ? [] : [instead],
  );
  const mine = ownChords(all, keys, action);
  const next = instead === null ? [...mine, chord] : mine.map((one) => (one === instead ? chord : one));
  return withChanges(all, keys, { [other.name]: left, [action]: next });
}

/**
 * Go back to the profile's keys of one action; who has one of them now goes back to its own as well.
 * @param {KeyProfiles} all
 * @param {Keys} keys
 * @param {string} action
 * @returns {Keys}
 */
export function withoutChange(all, keys, action) {
  const { [action]: _, ...changes } = keys.changes;
  const back = all.profiles[keys.profile]?.keys[action] ?? [];
  const holder = Object.keys(changes).find((name) => changes[name]?.some((chord) => back.includes(chord)));
  const next = { ...keys, changes };
  return holder === undefined ? next : withoutChange(all, next, holder);
}

/**
 * Take another profile, with those changes that fit to it.
 * @param {KeyProfiles} all
 * @param {Keys} keys
 * @param {string} profile
 * @returns {{keys: Keys, dropped: Action[]}} `dropped` lost the rater's change
 */
export function withProfile(all, keys, profile) {
  let next = withChanges(all, { profile, changes: {} }, keys.changes);
  /** @type {Action[]} */
  const dropped = [];
  for (let lost = misfit(all, next); lost; lost = misfit(all, next)) {
    const { [lost.name]: _, ...changes } = next.changes;
    next = { profile, changes };
    dropped.push(lost);
  }
  return { keys: next, dropped };
}

/**
 * Find a changed action with a chord that another one has.
 * @param {KeyProfiles} all
 * @param {Keys} keys
 * @returns {Action | undefined}
 */
function misfit(all, { profile, changes }) {
  const own = all.profiles[profile]?.keys ?? {};
  const chords = all.actions.flatMap(({ name }) => changes[name] ?? own[name] ?? []);
  const isTwice = (/** @type {string} */ chord) => chords.indexOf(chord) !== chords.lastIndexOf(chord);
  return all.actions.find(({ name }) => changes[name]?.some(isTwice));
}

/**
 * @param {KeyProfiles} all
 * @param {Keys} keys
 * @param {string} action
 * @returns {string[]} its chords without the fixed ones
 */
function ownChords(all, keys, action) {
  const fixed = all.actions.find(({ name }) => name === action)?.fixed ?? [];
  return (boundKeys(all, keys).get(action) ?? []).filter((chord) => !fixed.includes(chord));
}

/**
 * @param {KeyProfiles} all
 * @param {Keys} keys
 * @param {Record<string, string[]>} more
 * @returns {Keys} without changes that equal the profile
 */
function withChanges(all, keys, more) {
  const own = all.profiles[keys.profile]?.keys ?? {};
  const changes = Object.entries({ ...keys.changes, ...more });
  const real = changes.filter(([name, chords]) => String(chords) !== String(own[name] ?? []));
  return { ...keys, changes: Object.fromEntries(real) };
}
