/** Sign in again without leaving the page, as the same account. No DOM. */

/**
 * @typedef {object} SignIn
 * @property {string} loginUrl
 * @property {string} page address of a page that only the account opens, with data-account in it
 * @property {string} account
 * @property {string} accountName
 */
/** @typedef {{done: true} | {done: false, message: string}} Outcome */

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
    const token = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(await first.text())?.[1] ?? "";
    const reply = await ask(address, {
      method: "POST",
      credentials: "same-origin",
      body: new URLSearchParams({ csrfmiddlewaretoken: token, username: name.trim(), password, next: page }),
    });
    const text = await reply.text();
    if (reply.redirected) {
      return isOf(account, accountName, text);
    }
    return reply.status >= 500
      ? no(`The server failed (error ${reply.status}). Try again in a moment.`)
      : no(objection(text) || "User name and password don't match. Try again.");
  } catch {
    return no("The server can't be reached. Try again when the network is back.");
  }
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
 * @returns {Outcome}
 */
function no(message) {
  return { done: false, message };
}
