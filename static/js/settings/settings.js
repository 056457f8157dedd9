/** The settings of the account, on every page: stored at each change, applied at once. */

import { byId } from "../review/elements.js";
import { fetchPreferences, storePreferences } from "./preferences.js";
import { applyTheme } from "./theme.js";

/** @import {Preferences} from "./preferences.js" */

const dialog = byId("settings", HTMLDialogElement);
const form = byId("settings-form", HTMLFormElement);
const remind = byId("settings-remind", HTMLInputElement);
const minutes = byId("settings-minutes", HTMLInputElement);
const state = byId("settings-state", HTMLElement);
/** What the reminder goes back to when it is turned on again. */
const USUAL_MIN = "45";

/** Open the dialog with what the server has. */
async function open() {
  state.textContent = "";
  dialog.showModal();
  try {
    show(await fetchPreferences());
  } catch (error) {
    state.textContent = inWords(error);
  }
}

/** @param {Preferences} preferences */
function show(preferences) {
  for (const radio of form.querySelectorAll("input[name=theme]")) {
    if (radio instanceof HTMLInputElement) {
      radio.checked = radio.value === preferences.theme;
    }
  }
  remind.checked = preferences.break_after_min > 0;
  minutes.value = remind.checked ? String(preferences.break_after_min) : minutes.value || USUAL_MIN;
  minutes.disabled = !remind.checked;
}

/** @param {Event} event */
async function change({ target }) {
  if (!(target instanceof HTMLInputElement)) {
    return;
  }
  if (target.name === "theme") {
    applyTheme(target.value);
    await store({ theme: target.value });
    return;
  }
  minutes.disabled = !remind.checked;
  if (minutes.checkValidity() && minutes.value !== "") {
    await store({ break_after_min: remind.checked ? Number(minutes.value) : 0 });
  } else {
    state.textContent = `Give whole minutes from ${minutes.min} to ${minutes.max}.`;
  }
}

/** @param {Partial<Preferences>} changes */
async function store(changes) {
  state.textContent = "saving …";
  try {
    const stored = await storePreferences(changes);
    state.textContent = "✓ saved";
    document.dispatchEvent(new CustomEvent("preferences", { detail: stored }));
  } catch (error) {
    state.textContent = inWords(error);
  }
}

/**
 * @param {unknown} error
 * @returns {string}
 */
function inWords(error) {
  return `Not saved. ${error instanceof Error ? error.message : String(error)}`;
}

byId("open-settings", HTMLButtonElement).addEventListener("click", () => void open());
form.addEventListener("change", (event) => void change(event));
