/** Talk to the server: JSON in and out, and errors by what the rater can do about them. */

/** @import {Assignment, Queue, Receipt} from "../types.js" */

/**
 * `offline`: try again; `signin`: sign in again; `invalid`: correct the answer; `conflict`: it was
 * answered elsewhere; `refused`: nothing to be done here, `message` says why.
 * @typedef {"offline" | "signin" | "invalid" | "conflict" | "refused"} Trouble
 */

/** The server did not do what was asked. */
export class ApiError extends Error {
  /**
   * @param {Trouble} trouble
   * @param {string} message
   * @param {Record<string, string>} [errors] sentence by field
   */
  constructor(trouble, message, errors = {}) {
    super(message);
    this.trouble = trouble;
    this.errors = errors;
  }
}

/** The addresses of one study. */
export class Api {
  /**
   * @param {string} root address under which the API lies
   * @param {string} study
   * @param {Assignment | null} [first] the ROI that came with the page
   */
  constructor(root, study, first = null) {
    this.root = root;
    this.study = study;
    this.first = first;
  }

  /** @returns {Promise<Queue>} */
  queue() {
    return this.json(`${this.root}studies/${this.study}/queue/`);
  }

  /**
   * @param {string} id
   * @returns {Promise<Assignment>}
   */
  assignment(id) {
    const { first } = this;
    this.first = null; // by the next time it is old
    return first?.id === id ? Promise.resolve(first) : this.json(`${this.root}assignments/${id}/`);
  }

  /**
   * Send an answer; the same key twice stores it once.
   * @param {string} id
   * @param {object} body
   * @param {string} key
   * @returns {Promise<Receipt>}
   */
  answer(id, body, key) {
    return this.json(`${this.root}assignments/${id}/answers/`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "X-CSRFToken": csrfToken(),
      },
      body: JSON.stringify(body),
    });
  }

  /**
   * Store some of the account's preferences.
   * @param {object} change
   * @returns {Promise<any>} all of them
   */
  setPreferences(change) {
    return this.json(`${this.root}preferences/`, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify(change),
    });
  }

  /**
   * Fetch a volume; its address never changes content, so the browser's cache is as good.
   * @param {string} url
   * @param {{signal?: AbortSignal, priority?: "high" | "low", cache?: RequestCache}} [options]
   * @returns {Promise<ArrayBuffer>}
   */
  async volume(url, options = {}) {
    const response = await request(url, /** @type {RequestInit} */ (options));
    return response.arrayBuffer().catch((error) => {
      throw options.signal?.aborted ? error : new ApiError("offline", "The image did not arrive whole.");
    });
  }

  /**
   * @param {string} url
   * @param {RequestInit} [options]
   * @returns {Promise<any>}
   */
  async json(url, options = {}) {
    const response = await request(url, { cache: "no-store", ...options });
    return response.json().catch(() => {
      throw new ApiError("offline", "The server's reply was cut off.");
    });
  }
}

/**
 * @param {string} url
 * @param {RequestInit} options
 * @returns {Promise<Response>}
 * @throws {ApiError}
 */
async function request(url, options) {
  const response = await fetch(url, { credentials: "same-origin", ...options }).catch((error) => {
    throw options.signal?.aborted ? error : new ApiError("offline", "The server can't be reached.");
  });
  if (response.ok) {
    return response;
  }
  const problem = await response.json().catch(() => ({}));
  const detail = typeof problem.detail === "string" ? problem.detail : "";
  throw new ApiError(troubleOf(response.status, detail), detail || `Error ${response.status}.`, problem.errors);
}

/**
 * Sort the server's refusals by what can be done.
 * @param {number} status
 * @param {string} detail
 * @returns {Trouble}
 */
export function troubleOf(status, detail) {
  if (status >= 500 || status === 408 || status === 429) {
    return "offline";
  }
  if (status === 401 || (status === 403 && detail.includes("CSRF"))) {
    return "signin";
  }
  if (status === 400) {
    return "invalid";
  }
  return status === 409 ? "conflict" : "refused";
}

/** @returns {string} as the cookie has it now: it changes with each sign-in */
function csrfToken() {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}
