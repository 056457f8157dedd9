/** Take over once what an earlier version of the page kept in localStorage. */

/** @import {PlainStorage} from "./journal.js" */
/** @import {Kept} from "./drafts.js" */

import { emptyDraft } from "../answer/answer.js";

/**
 * Read the drafts of an account; `forget` them once they are kept elsewhere.
 * @param {PlainStorage | null} storage
 * @param {string} account
 * @returns {{names: string[], drafts: Kept[]}}
 */
export function readOldDrafts(storage, account) {
  const prefix = `second-look:${account}:`;
  /** @type {string[]} */ const names = [];
  /** @type {Kept[]} */ const drafts = [];
  for (let n = 0; n < (storage?.length ?? 0); n += 1) {
    const name = storage?.key(n) ?? "";
    const old = name.startsWith(prefix) ? parse(storage?.getItem(name) ?? null) : null;
    if (old) {
      names.push(name);
      drafts.push({
        key: name.slice(prefix.length),
        draft: { ...emptyDraft(), ...old.draft },
        revises: old.revises,
        activeS: old.activeS,
        totalS: old.activeS,
        at: 1,
        version: 0,
        isNew: true,
      });
    }
  }
  return { names, drafts };
}

/**
 * @param {string | null} text
 * @returns {any} null for what is no draft
 */
function parse(text) {
  try {
    const value = JSON.parse(text ?? "null");
    const draft = value?.draft;
    const isDraft =
      Array.isArray(draft?.classes) &&
      Array.isArray(draft.reasons) &&
      typeof draft.comment === "string" &&
      typeof value.revises === "number" &&
      typeof value.activeS === "number";
    return isDraft ? value : null;
  } catch {
    return null;
  }
}
