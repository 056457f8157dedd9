/** On the receipt: say which answers this browser has and the server does not. */

/** @import {Entry} from "./review/saving/outbox.js" */

import { byId, el } from "./review/elements.js";
import { Database } from "./review/saving/database.js";

const line = byId("unsent", HTMLElement);
const database = await Database.open(line.dataset.account ?? "").catch(() => null);
/** @type {Entry[]} */
const entries = (await database?.all("outbox").catch(() => [])) ?? [];
const unsent = entries.filter((entry) => location.pathname.includes(entry.study));
if (unsent.length > 0) {
  const links = unsent
    .sort((a, b) => a.place - b.place)
    .flatMap((entry, n) => [n === 0 ? "" : ", ", el("a", { href: `../review/#${entry.id}` }, `ROI ${entry.place}`)]);
  line.append("Not on the server yet, and not on this receipt: ", ...links, ". Open one to send what this browser keeps.");
  line.hidden = false;
}
