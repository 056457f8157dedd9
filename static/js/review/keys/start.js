/** Begin with the rater's keys: from this browser if they could not be sent, else from the server. */

/** @import {Api} from "../saving/api.js" */
/** @import {Questionnaire} from "../types.js" */

import { byId, handedOver } from "../elements.js";
import { Bindings } from "./bindings.js";
import { sectionsOf, sizesOf } from "./card-rows.js";
import { KeysDialog } from "./dialog.js";
import { useKeys } from "./key-labels.js";
import { KeyStore } from "./key-store.js";

/**
 * @param {Api} api
 * @param {Questionnaire} questionnaire
 * @param {string} account
 * @returns {{bindings: Bindings, dialog: KeysDialog}}
 */
export function startKeys(api, questionnaire, account) {
  const profiles = handedOver("key-profiles");
  const state = byId("keys-state", HTMLElement);
  const store = new KeyStore({
    storage: localStorage,
    account,
    send: (keys) => api.setPreferences({ keys }),
    tell: (kind, text) => {
      state.textContent = text;
      state.className = `keys-state keys-${kind}`;
    },
  });
  const bindings = new Bindings(profiles, store.start(handedOver("preferences").keys));
  useKeys(bindings);
  const dialog = new KeysDialog(bindings, store, sectionsOf(profiles, sizesOf(questionnaire)));
  void store.retry();
  addEventListener("online", () => void store.retry());
  addEventListener("focus", () => void store.retry());
  return { bindings, dialog };
}
