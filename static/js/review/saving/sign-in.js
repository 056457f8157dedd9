/** Sign in again without leaving the page, as the same account. No DOM. */

/**
 * @typedef {object} SignIn
 * @property {string} loginUrl
 * @property {string} page address of a page that only the account opens, with data-account in it
 * @property {string} account
 * @property {string} accountName
 */
/**
 * `codeUrl`: the password was right, and that page takes the code of the account's app.
 * @typedef {{done: true} | {done: false, message: string, codeUrl?: string}} Outcome
 */

const UNREACHABLE = "The server can't be reached. Try again when the network is back.";

/**
 * Sign in, unless the account is signed in already.
 * @param {SignIn} where
 * @param {string} name as typed
 * @param {string} password
 * @param {typeof fetch} [ask]
 * @returns {Promise<Outcome>}
 */
export async function signIn({ loginUrl, page, account, accountName }, name, password, ask = fetch) {
  if (name.trim() !== accountName) {
    return no(
      `What is kept on this page is ${accountName}'s, so only ${accountName} can sign in here. ` +
        `As another account, open the home page in a new tab.`,
    );
  }
  try {
    const address = `${loginUrl}?next=${encodeURIComponent(page)}`;
    const first = await ask(address, { credentials: "same-origin", cache: "no-store" });
    if (first.redirected) {
      return isOf(account, accountName, await first.text());
    }
    const reply = await post(address, await first.text(), { username: name.trim(), password, next: page }, ask);
    const text = await reply.text();
    if (reply.redirected) {
      return asksForCode(text)
        ? { ...no("Enter a code of your authenticator app, or a recovery code."), codeUrl: reply.url }
        : isOf(account, accountName, text);
    }
    return refusal(reply, text, "User name and password don't match. Try again.");
  } catch {
    return no(UNREACHABLE);
  }
}

/**
 * Finish signing in with a code, after a right password.
 * @param {SignIn} where
 * @param {string} codeUrl
 * @param {string} code as typed
 * @param {typeof fetch} [ask]
 * @returns {Promise<Outcome>} without `codeUrl` where it begins anew with the password
 */
export async function sendCode({ account, accountName }, codeUrl, code, ask = fetch) {
  try {
    const first = await ask(codeUrl, { credentials: "same-origin", cache: "no-store" });
    const form = await first.text();
    const reply = asksForCode(form) ? await post(codeUrl, form, { code }, ask) : first;
    const text = reply === first ? form : await reply.text();
    if (/name="password"/.test(text)) {
      return no(objection(text) || "That took too long. Enter your password again.");
    }
    return reply.redirected
      ? isOf(account, accountName, text)
      : { ...refusal(reply, text, "This code is wrong. Try the next one."), codeUrl };
  } catch {
    return { ...no(UNREACHABLE), codeUrl };
  }
}

/**
 * Send a form under its own token.
 * @param {string} address
 * @param {string} form its page
 * @param {Record<string, string>} fields
 * @param {typeof fetch} ask
 * @returns {Promise<Response>}
 */
function post(address, form, fields, ask) {
  const token = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(form)?.[1] ?? "";
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, ...fields });
  return ask(address, { method: "POST", credentials: "same-origin", body });
}

/**
 * @param {string} text a page
 * @returns {boolean}
 */
function asksForCode(text) {
  return /<input[^>]* name="code"/.test(text);
}

/**
 * @param {Response} reply
 * @param {string} text
 * @param {string} otherwise
 * @returns {{done: false, message: string}}
 */
function refusal(reply, text, otherwise) {
  return reply.status >= 500
    ? no(`The server failed (error ${reply.status}). Try again in a moment.`)
    : no(objection(text) || otherwise);
}

/**
 * Check whose page came.
 * @param {string} account
 * @param {string} accountName
 * @param {string} text
 * @returns {Outcome}
 */
function isOf(account, accountName, text) {
  const found = /data-account="([^"]*)"/.exec(text)?.[1];
  return found === account
    ? { done: true }
    : no(
        `Another account is signed in in this browser. Sign it out there first; ` +
          `${accountName}'s answers stay here and are not sent under it.`,
      );
}

/**
 * @param {string} text the sign-in page
 * @returns {string} what it objects to, empty if nothing was found
 */
function objection(text) {
  const found = /<p class="message message-error"[^>]*>([^<]*)</.exec(text)?.[1] ?? "";
  return found.replaceAll("&#x27;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

/**
 * @param {string} message
 * @returns {{done: false, message: string}}
 */
function no(message) {
  return { done: false, message };
}
