/** Read and store the account's preferences. */

/** @typedef {{theme: string, break_after_min: number, keys: object}} Preferences */

const ADDRESS = "/api/v1/preferences/";

/** @returns {Promise<Preferences>} */
export function fetchPreferences() {
  return ask({ cache: "no-store" });
}

/**
 * Store some of them; the others stay.
 * @param {Partial<Preferences>} changes
 * @returns {Promise<Preferences>} all of them
 */
export function storePreferences(changes) {
  const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  return ask({
    method: "PUT",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(changes),
  });
}

/**
 * @param {RequestInit} options
 * @returns {Promise<Preferences>}
 */
async function ask(options) {
  const response = await fetch(ADDRESS, { credentials: "same-origin", ...options }).catch(() => {
    throw new Error("The server can't be reached.");
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    const [first] = Object.values(answer.errors ?? {});
    throw new Error(response.status === 401 ? "You are signed out." : String(first ?? answer.detail ?? `Error ${response.status}.`));
  }
  return answer;
}
