import assert from "node:assert/strict";
import { test } from "node:test";

import { KeyStore } from "../../../static/js/review/keys/key-store.js";
import { DEFAULT_KEYS } from "../../../static/js/review/keys/profiles.js";

const OWN = { profile: "ohif", changes: { measure: ["F9"] } };

/** @param {(keys: object) => Promise<unknown>} send @param {Map<string, string>} [kept] */
function storeWith(send, kept = new Map()) {
  /** @type {string[]} */
  const told = [];
  const storage = {
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ text) => void kept.set(name, text),
    removeItem: (/** @type {string} */ name) => void kept.delete(name),
  };
  const store = new KeyStore({ storage, account: "7", send, tell: (state) => told.push(state) });
  return { store, told, kept };
}

/** @param {string} trouble */
const fails = (trouble) => () => Promise.reject({ trouble, message: "no", errors: { keys: "S is taken." } });

test("keys are stored on the server, and nothing stays here", async () => {
  /** @type {object[]} */
  const sent = [];
  const { store, told, kept } = storeWith(async (keys) => sent.push(keys));
  await store.save(OWN);
  assert.deepEqual(sent, [OWN]);
  assert.deepEqual(told, ["sending", "saved"]);
  assert.equal(kept.size, 0);
});

test("without network they stay here, come first after a reload, and are sent later", async () => {
  const { store, told, kept } = storeWith(fails("offline"));
  await store.save(OWN);
  assert.equal(told.at(-1), "kept");
  /** @type {object[]} */
  const sent = [];
  const later = storeWith(async (keys) => sent.push(keys), kept).store;
  assert.deepEqual(later.start(DEFAULT_KEYS), OWN);
  await later.retry();
  assert.deepEqual(sent, [OWN]);
  assert.equal(kept.size, 0);
});

test("what the server refuses is not kept, and its sentence is told", async () => {
  const { store, told, kept } = storeWith(fails("invalid"));
  await store.save(OWN);
  assert.equal(told.at(-1), "refused");
  assert.equal(kept.size, 0);
});

test("a change while another is on its way is sent after it, the newest alone", async () => {
  /** @type {object[]} */
  const sent = [];
  /** @type {(() => void)[]} */
  const replies = [];
  const { store } = storeWith((keys) => new Promise((resolve) => {
    sent.push(keys);
    replies.push(() => resolve(null));
  }));
  const first = store.save(OWN);
  void store.save(DEFAULT_KEYS);
  const newest = { profile: "itk-snap", changes: { measure: ["F8"] } };
  void store.save(newest);
  replies[0]?.();
  await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve));
  replies[1]?.();
  await first;
  assert.deepEqual(sent, [OWN, newest]);
});

test("without a server's word the keys are those of the server", () => {
  const { store } = storeWith(async () => null, new Map([["second-look:keys:7", "{broken"]]));
  assert.equal(store.start(DEFAULT_KEYS), DEFAULT_KEYS);
});
