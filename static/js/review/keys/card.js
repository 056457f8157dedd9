/** The card of keys: what is bound now, line by line, and every key a button that changes it. */

/** @import {Bindings} from "./bindings.js" */
/** @import {Row, Section} from "./card-rows.js" */
/** @import {Action} from "./profiles.js" */

import { el } from "../elements.js";
import { inShort, sharedModifiers } from "./card-rows.js";
import { layout } from "./key-labels.js";
import { boundKeys, shortText } from "./profiles.js";

/**
 * Make the sections of the card.
 * @param {Bindings} bindings
 * @param {readonly Section[]} sections
 * @param {(action: Action, chord: string | null) => void} edit a chord was pressed; null: one more
 * @returns {HTMLElement[]}
 */
export function cardOf(bindings, sections, edit) {
  return [
    ...sections.map(({ title, rows }) =>
      el("section", {}, el("h3", {}, title),
        el("dl", { class: "key-rows" }, ...rows.flatMap((row) => lineOf(bindings, row, edit)))),
    ),
    el("section", {}, ...pointerOf(bindings)),
  ];
}

/**
 * @param {Bindings} bindings
 * @param {Row} row
 * @param {(action: Action, chord: string | null) => void} edit
 * @returns {HTMLElement[]}
 */
function lineOf(bindings, row, edit) {
  const chords = row.actions.flatMap(({ name }) => bindings.chordsOf(name));
  const shared = row.actions.length > 1 ? sharedModifiers(chords.map((one) => layout.parts(one))) : "";
  const caps = row.actions.flatMap((action) => capsOf(bindings, action, { row, shared, edit }));
  const other = otherOf(bindings, row);
  return [
    el("dt", {}, ...(shared ? [el("span", { class: "key-shared" }, shared)] : []), ...caps),
    el("dd", {}, row.text, ...(other ? [el("span", { class: "other-keys" }, other)] : [])),
  ];
}

/**
 * @param {Bindings} bindings
 * @param {Action} action
 * @param {{row: Row, shared: string, edit: (action: Action, chord: string | null) => void}} line
 * @returns {HTMLElement[]}
 */
function capsOf(bindings, action, { row, shared, edit }) {
  const chords = bindings.chordsOf(action.name);
  const shown = chords.map((chord) => capOf(bindings, action, chord, { shared, edit }));
  if (chords.length > 0 && row.actions.length > 1) {
    return shown;
  }
  const more = el("button", {
    type: "button",
    class: chords.length === 0 ? "key-cap key-none" : "key-cap key-more",
    "data-cap": `${action.name} `,
    "aria-label": `${shortText(action)}: add a key`,
    title: "Add a key",
    click: () => edit(action, null),
  }, chords.length === 0 ? "no key" : "+");
  return [...shown, more];
}

/**
 * @param {Bindings} bindings
 * @param {Action} action
 * @param {string} chord
 * @param {{shared: string, edit: (action: Action, chord: string | null) => void}} line
 * @returns {HTMLElement}
 */
function capOf(bindings, action, chord, { shared, edit }) {
  const label = layout.label(chord);
  if (action.fixed?.includes(chord)) {
    return el("kbd", { class: "key-fixed", title: "This key always means this." }, label);
  }
  const changed = Boolean(bindings.keys.changes[action.name]);
  return el("button", {
    type: "button",
    class: changed ? "key-cap key-changed" : "key-cap",
    "data-cap": `${action.name} ${chord}`,
    "aria-label": `${label}, key of ${shortText(action)}${changed ? ", changed by you" : ""}: change it`,
    click: () => edit(action, chord),
  }, el("kbd", {}, shared ? (layout.parts(chord).at(-1) ?? label) : label));
}

/**
 * Say which keys the other profile has on a line, where they differ.
 * @param {Bindings} bindings
 * @param {Row} row
 * @returns {string}
 */
function otherOf({ profiles, keys, bound }, { actions }) {
  const [name, other] = Object.entries(profiles.profiles).find(([one]) => one !== keys.profile) ?? [];
  if (name === undefined || other === undefined) {
    return "";
  }
  const theirs = boundKeys(profiles, { profile: name, changes: {} });
  const same = actions.every((action) => String(bound.get(action.name)) === String(theirs.get(action.name)));
  const parts = actions.map((action) => (theirs.get(action.name) ?? []).map((one) => layout.parts(one)));
  return same ? "" : `${other.label}: ${inShort(parts)}`;
}

/**
 * @param {Bindings} bindings
 * @returns {HTMLElement[]}
 */
function pointerOf({ profiles }) {
  return [...new Set(profiles.pointer.map(({ device }) => device))].flatMap((device) => [
    el("h3", {}, device),
    el("dl", { class: "key-rows" }, ...profiles.pointer.filter((one) => one.device === device)
      .flatMap(({ how, text }) => [el("dt", { class: "pointer-way" }, how), el("dd", {}, text)])),
  ]);
}
