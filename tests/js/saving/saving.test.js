import assert from "node:assert/strict";
import { test } from "node:test";

import { troubleOf } from "../../../static/js/review/saving/api.js";
import { inWords, RETRY_AFTER_S, Saver } from "../../../static/js/review/saving/saving.js";

const RECEIPT = { revision: 1, answered_at: "", answered: 1, n: 2 };

/**
 * Make a saver whose server gives these replies, one a try: a trouble, or "" for a receipt.
 * @param {string[]} replies
 * @param {(seconds: number) => Promise<void>} [wait]
 */
function saverWith(replies, wait = async () => {}) {
  /** @type {string[]} */ const keys = [];
  /** @type {string[]} */ const told = [];
  const saver = new Saver({
    send: async (_id, _body, key) => {
      keys.push(key);
      const trouble = replies.shift();
      if (trouble) {
        throw Object.assign(new Error(`the server says ${trouble}`), { trouble });
      }
      return RECEIPT;
    },
    wait,
    tell: (saving) => told.push(saving.state),
  });
  return { saver, keys, told };
}

test("an answer that can't be sent is sent again with the same key until it is stored", async () => {
  const { saver, keys, told } = saverWith(["offline", "offline", ""]);
  assert.equal(await saver.save("id", {}, "key"), RECEIPT);
  assert.deepEqual(keys, ["key", "key", "key"]);
  assert.deepEqual(told, ["saving", "retrying", "saving", "retrying", "saving", "saved"]);
});

test("waiting grows and stays at its last step", async () => {
  /** @type {number[]} */ const waits = [];
  const { saver } = saverWith([...Array(8).fill("offline"), ""], async (seconds) => {
    waits.push(seconds);
  });
  await saver.save("id", {}, "key");
  assert.deepEqual(waits, [...RETRY_AFTER_S, 30, 30]);
});

test("a signed-out rater's answer waits for the sign-in, then goes with the same key", async () => {
  const { saver, keys, told } = saverWith(["signin", ""]);
  const saved = saver.save("id", {}, "key");
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(told, ["saving", "signin"]);
  saver.now();
  await saved;
  assert.deepEqual(keys, ["key", "key"]);
});

test("the rater can hurry a waiting try", async () => {
  const { saver, told } = saverWith(["offline", ""], () => new Promise(() => {}));
  const saved = saver.save("id", {}, "key");
  await new Promise((resolve) => setImmediate(resolve));
  saver.now();
  await saved;
  assert.equal(told.at(-1), "saved");
});

test("what trying again can't help is thrown at once", async () => {
  for (const trouble of ["invalid", "conflict", "refused"]) {
    const { saver, keys, told } = saverWith([trouble]);
    await assert.rejects(saver.save("id", {}, "key"), /the server says/);
    assert.equal(keys.length, 1);
    assert.equal(told.at(-1), trouble);
  }
});

test("the server's refusals are sorted by what can be done", () => {
  assert.equal(troubleOf(401, ""), "signin");
  assert.equal(troubleOf(403, "CSRF Failed: CSRF token incorrect."), "signin");
  assert.equal(troubleOf(403, "The study is closed: it takes no more answers."), "refused");
  assert.equal(troubleOf(400, ""), "invalid");
  assert.equal(troubleOf(409, ""), "conflict");
  assert.equal(troubleOf(404, ""), "refused");
  assert.equal(troubleOf(503, ""), "offline");
});

test("every state is said in words", () => {
  assert.match(inWords({ state: "retrying", inS: 4 }), /not saved.*4 s/);
  assert.match(inWords({ state: "signin" }), /signed out/);
  assert.match(inWords({ state: "saved" }), /saved/);
});
