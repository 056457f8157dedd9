/** On the page of a study in the making: show how far it is; how it ended the server's page says. */

import { byId } from "./review/elements.js";

/** @typedef {{is_running: boolean, text: string, n_scans: number, n_done: number}} Build */

const EVERY_MS = 1500;
const card = byId("build", HTMLElement);
const state = byId("build-state", HTMLElement);
const bar = byId("build-progress", HTMLProgressElement);

/** Ask how far it is, and go on asking until it is over. */
async function look() {
  const response = await fetch(card.dataset.address ?? "", { credentials: "same-origin", cache: "no-store" }).catch(() => null);
  /** @type {Build | null} */
  const build = response?.ok ? await response.json() : null;
  if (build?.is_running === false || response?.status === 401 || response?.status === 404) {
    location.reload();
    return;
  }
  if (build !== null) {
    show(build);
  }
  setTimeout(look, EVERY_MS);
}

/** @param {Build} build */
function show(build) {
  if (state.textContent !== build.text) {
    state.textContent = build.text;
  }
  if (build.n_scans > 0) {
    bar.max = build.n_scans;
    bar.value = build.n_done;
  }
}

setTimeout(look, EVERY_MS);
