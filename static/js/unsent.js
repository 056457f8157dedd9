/** On the receipt: say which answers this browser has and the server does not. */

/** @import {Entry} from "./review/saving/outbox.js" */

import { byId, el } from "./review/elements.js";
import { Database } from "./review/saving/database.js";
import { Journal, plainStorage } from "./review/saving/journal.js";
import { Shelf } from "./review/saving/shelf.js";

/**
 * Give what waits: in the database, and as last words of a page that closed before it was written.
 * @param {string} account
 * @returns {Promise<Entry[]>}
 */
async function waiting(account) {
  const shelf = new Shelf(await Database.open(account).catch(() => null), () => {});
  /** @type {Map<string, Entry>} */
  const found = await shelf.all("outbox").catch(() => new Map());
  for (const { store, key, put } of new Journal(plainStorage("localStorage"), account, "").read().changes) {
    if (store === "outbox" && put === undefined) {
      found.delete(key);
    } else if (store === "outbox") {
      found.set(key, put);
    }
  }
  return [...found.values()];
}

const line = byId("unsent", HTMLElement);
const entries = await waiting(line.dataset.account ?? "");
const unsent = entries.filter((entry) => location.pathname.includes(entry.study));
if (unsent.length > 0) {
  const links = unsent
    .sort((a, b) => a.place - b.place)
    .flatMap((entry, n) => [n === 0 ? "" : ", ", el("a", { href: `../review/#${entry.id}` }, `ROI ${entry.place}`)]);
  line.append("Not on the server yet, and not on this receipt: ", ...links, ". Open one to send what this browser keeps.");
  line.hidden = false;
}
