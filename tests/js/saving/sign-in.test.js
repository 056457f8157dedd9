import assert from "node:assert/strict";
import { test } from "node:test";

import { sendCode, signIn } from "../../../static/js/review/saving/sign-in.js";

const WHERE = { loginUrl: "/accounts/login/", page: "/studies/s/review/", account: "7", accountName: "rater1" };
const FORM = '<form><input type="hidden" name="csrfmiddlewaretoken" value="token-1"></form>';
const WRONG = `${FORM}<p class="message message-error" role="alert">Names don&#x27;t match.</p>`;
const OURS = '<div id="stage" data-account="7"></div>';

/** @param {{text: string, redirected?: boolean, status?: number, url?: string}[]} replies */
function server(replies) {
  /** @type {{url: string, body: string}[]} */ const asked = [];
  const ask = async (/** @type {any} */ url, /** @type {any} */ options) => {
    asked.push({ url, body: String(options.body ?? "") });
    const reply = replies.shift();
    if (!reply) {
      throw new TypeError("no network");
    }
    return { redirected: false, status: 200, ...reply, text: async () => reply.text };
  };
  return { asked, ask: /** @type {typeof fetch} */ (/** @type {unknown} */ (ask)) };
}

test("the same account signs in with the form's own token", async () => {
  const { asked, ask } = server([{ text: FORM }, { text: OURS, redirected: true }]);
  assert.deepEqual(await signIn(WHERE, " rater1", "secret words", ask), { done: true });
  assert.match(asked[1]?.body ?? "", /csrfmiddlewaretoken=token-1&username=rater1&password=secret\+words/);
});

test("another name is refused before anything is sent", async () => {
  const { asked, ask } = server([]);
  const outcome = await signIn(WHERE, "rater2", "secret", ask);
  assert.ok(!outcome.done && outcome.message.includes("only rater1"));
  assert.equal(asked.length, 0);
});

test("who signed in again in another tab need not do it twice", async () => {
  const { asked, ask } = server([{ text: OURS, redirected: true }]);
  assert.deepEqual(await signIn(WHERE, "rater1", "", ask), { done: true });
  assert.equal(asked.length, 1);
});

test("another account's session in the same browser is told, and no password is sent under it", async () => {
  const { asked, ask } = server([{ text: '<div data-account="8">', redirected: true }]);
  const outcome = await signIn(WHERE, "rater1", "secret", ask);
  assert.ok(!outcome.done && outcome.message.includes("Another account"));
  assert.equal(asked.length, 1);
});

test("a wrong password and a lost network are said in words", async () => {
  const wrong = await signIn(WHERE, "rater1", "wrong", server([{ text: FORM }, { text: WRONG }]).ask);
  assert.deepEqual(wrong, { done: false, message: "Names don't match." });
  const lost = await signIn(WHERE, "rater1", "right", server([{ text: FORM }]).ask);
  assert.ok(!lost.done && lost.message.includes("can't be reached"));
});

test("who has to wait is told how long, in the server's words", async () => {
  const page = `${FORM}<p class="message message-error" role="alert">Wait 15 minutes, then sign in again.</p>`;
  const outcome = await signIn(WHERE, "rater1", "right", server([{ text: FORM }, { text: page, status: 429 }]).ask);
  assert.deepEqual(outcome, { done: false, message: "Wait 15 minutes, then sign in again." });
});

const CODE_FORM = `${FORM}<input type="text" name="code" maxlength="40">`;
const CODE_URL = "http://here/accounts/code/";

test("an account with a second factor is asked for its code, and signs in with it", async () => {
  const asks = server([{ text: FORM }, { text: CODE_FORM, redirected: true, url: CODE_URL }]);
  const first = await signIn(WHERE, "rater1", "right", asks.ask);
  assert.ok(!first.done && first.message.includes("code"));
  assert.equal(!first.done && first.codeUrl, CODE_URL);
  const { asked, ask } = server([{ text: CODE_FORM }, { text: OURS, redirected: true }]);
  assert.deepEqual(await sendCode(WHERE, CODE_URL, "123 456", ask), { done: true });
  assert.match(asked[1]?.body ?? "", /csrfmiddlewaretoken=token-1&code=123\+456/);
});

test("a wrong code may be tried again, and so may a lost network", async () => {
  const text = `${CODE_FORM}<p class="message message-error" role="alert">Wrong code.</p>`;
  const wrong = await sendCode(WHERE, CODE_URL, "1", server([{ text: CODE_FORM }, { text }]).ask);
  assert.deepEqual(wrong, { done: false, message: "Wrong code.", codeUrl: CODE_URL });
  const lost = await sendCode(WHERE, CODE_URL, "1", server([]).ask);
  assert.equal(!lost.done && lost.codeUrl, CODE_URL);
});

test("a code that comes too late, or too often, leads back to the password", async () => {
  const login = `${FORM}<input type="password" name="password">`;
  const late = await sendCode(WHERE, CODE_URL, "1", server([{ text: login, redirected: true }]).ask);
  assert.ok(!late.done && late.codeUrl === undefined && late.message.includes("password again"));
  const wait = `${login}<p class="message message-error" role="alert">Wait 15 minutes.</p>`;
  const often = await sendCode(WHERE, CODE_URL, "1", server([{ text: CODE_FORM }, { text: wait, status: 429 }]).ask);
  assert.deepEqual(often, { done: false, message: "Wait 15 minutes." });
});
