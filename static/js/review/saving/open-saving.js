/** Put saving into the browser that it runs in. */

/** @import {Api} from "./api.js" */

import { Database } from "./database.js";
import { newId } from "./ids.js";
import { Journal, plainStorage } from "./journal.js";
import { readOldDrafts } from "./old-drafts.js";
import { MemoryRecords } from "./preview.js";
import { Saving } from "./saving.js";
import { Tabs } from "./tabs.js";

/** Under which name a tab remembers itself through a reload. */
const CLIENT = "second-look-client";
/** After this long the rater has stayed, and the last words were not the last. */
const STAYED_AFTER_MS = 2000;

/**
 * @param {Api} api
 * @param {string} account
 * @param {boolean} [passing] keep nothing longer than the page, and apart from other tabs
 * @returns {Promise<{saving: Saving, tabs: Tabs, begin: () => Promise<void>}>} `begin` takes up what
 *   earlier pages left
 */
export async function openSaving(api, account, passing = false) {
  const storage = passing ? null : plainStorage("localStorage");
  const tabs = new Tabs(passing ? `${account}-passing-${newId()}` : account, (message) => saving.hear(message));
  const saving = new Saving({
    records: passing ? new MemoryRecords() : await Database.open(account).catch(() => null),
    journal: new Journal(storage, account, newId()),
    api,
    client: clientOf(plainStorage("sessionStorage")),
    now: () => Date.now(),
    later: (work, ms) => setTimeout(work, ms),
    random: () => Math.random(),
    alone: (work) => tabs.alone(work),
    tellTabs: (message) => tabs.tell(message),
  });
  const begin = async () => {
    const { names, drafts } = readOldDrafts(storage, account);
    await saving.start(drafts);
    if (!saving.shelf.broken) {
      names.forEach((name) => storage?.removeItem(name));
    }
  };
  return { saving, tabs, begin };
}

/**
 * Keep what must be kept when the page goes, and try again when someone or the network comes back.
 * @param {Saving} saving
 * @param {() => void} note keep the times of work
 * @param {() => void} comeBack
 */
export function watchPage(saving, note, comeBack) {
  addEventListener("pagehide", () => {
    note();
    saving.sync.lastWords();
    saving.leave();
  });
  addEventListener("pageshow", (event) => event.persisted && saving.world.journal.keep([]));
  addEventListener("beforeunload", (event) => {
    if (saving.leave()) {
      event.preventDefault();
    }
    setTimeout(() => saving.world.journal.keep([]), STAYED_AFTER_MS);
  });
  addEventListener("focus", comeBack);
  addEventListener("online", comeBack);
  document.addEventListener("visibilitychange", () => {
    note();
    if (document.visibilityState === "visible") {
      comeBack();
    }
  });
}

/**
 * @param {import("./journal.js").PlainStorage | null} storage
 * @returns {string}
 */
function clientOf(storage) {
  try {
    const known = storage?.getItem(CLIENT);
    const client = known ?? newId();
    storage?.setItem(CLIENT, client);
    return client;
  } catch {
    return newId();
  }
}
