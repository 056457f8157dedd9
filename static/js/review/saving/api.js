/** Talk to the server: JSON in and out, and errors by what the rater can do about them. */

/** @import {Draft} from "../answer/answer.js" */
/** @import {Assignment, Queue, Receipt} from "../types.js" */

/**
 * `offline`: try again; `signin`: sign in again; `invalid`: correct the answer; `conflict`: it was
 * answered elsewhere; `refused`: nothing to be done here, `message` says why.
 * @typedef {"offline" | "signin" | "invalid" | "conflict" | "refused"} Trouble
 */

/** Longest wait for a small request, in ms: a network may swallow it without a word. */
const LIMIT_MS = 30_000;
/** Most bytes of a request that outlives its page, as browsers allow it. */
const KEEPALIVE_LIMIT = 60_000;
/** How many ROIs the way back has without network. */
const SEEN_LIMIT = 16;

/** The server did not do what was asked. */
export class ApiError extends Error {
  /**
   * @param {Trouble} trouble
   * @param {string} message
   * @param {Record<string, any>} [problem] what the server said, in full
   * @param {{status?: number, retryAfterS?: number}} [reply] status 0: no reply came
   */
  constructor(trouble, message, problem = {}, { status = 0, retryAfterS = 0 } = {}) {
    super(message);
    this.trouble = trouble;
    this.problem = problem;
    this.status = status;
    this.retryAfterS = retryAfterS;
    /** @type {Record<string, string>} sentence by field */
    this.errors = problem.errors ?? {};
  }
}

/** The addresses of one study. */
export class Api {
  /**
   * @param {string} root address under which the API lies
   * @param {string} study
   * @param {string} account the server refuses requests of this page under any other
   * @param {Assignment | null} [first] the ROI that came with the page
   */
  constructor(root, study, account, first = null) {
    this.root = root;
    this.study = study;
    this.account = account;
    this.first = first;
    /** @type {Map<string, Assignment>} as they were when the network was there */
    this.seen = new Map();
  }

  /**
   * @param {number} at place, from 1
   * @returns {Promise<Queue | null>} the queue around it; null where there is no more than came with the page
   */
  queue(at) {
    return this.json(`${this.root}studies/${this.study}/queue/?at=${at}`);
  }

  /**
   * @param {string} id
   * @returns {string}
   */
  addressOf(id) {
    return `${this.root}assignments/${id}/`;
  }

  /**
   * Without network what was seen before is as good: the way back stays open.
   * @param {string} id
   * @returns {Promise<Assignment>}
   */
  async assignment(id) {
    const { first } = this;
    this.first = null; // by the next time it is old
    try {
      const found = first?.id === id ? first : await this.json(this.addressOf(id));
      this.remember(id, found);
      return found;
    } catch (error) {
      const seen = this.seen.get(id);
      if (seen && error instanceof ApiError && ["offline", "signin"].includes(error.trouble)) {
        return seen;
      }
      throw error;
    }
  }

  /**
   * Keep an assignment as the newest of the last few.
   * @param {string} id
   * @param {Assignment} assignment
   */
  remember(id, assignment) {
    this.seen.delete(id);
    this.seen.set(id, assignment);
    const [oldest] = this.seen.keys();
    if (oldest !== undefined && this.seen.size > SEEN_LIMIT) {
      this.seen.delete(oldest);
    }
  }

  /**
   * Tell that an ROI is on the screen now. That it can't be told is no trouble.
   * @param {string} id
   */
  opened(id) {
    void this.send("POST", `${this.root}assignments/${id}/opened/`, {}).catch(() => undefined);
  }

  /**
   * Send an answer; the same key twice stores it once.
   * @param {string} id
   * @param {object} body
   * @param {string} key
   * @returns {Promise<Receipt>}
   */
  answer(id, body, key) {
    return this.send("POST", `${this.root}assignments/${id}/answers/`, body, { "Idempotency-Key": key });
  }

  /**
   * Keep a draft on the server.
   * @param {string} id
   * @param {{draft: Draft, revises: number, client: string, based_on: number}} body
   * @param {boolean} [lastWords] the page closes: the request must outlive it
   * @returns {Promise<{version: number, saved_at: string}>}
   */
  draft(id, body, lastWords = false) {
    return this.send("PUT", `${this.root}assignments/${id}/draft/`, body, {}, lastWords);
  }

  /**
   * Store some of the account's preferences.
   * @param {object} change
   * @returns {Promise<any>} all of them
   */
  setPreferences(change) {
    return this.send("PUT", `${this.root}preferences/`, change, {});
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
    const response = await request(url, {
      cache: "no-store",
      signal: AbortSignal.timeout(LIMIT_MS),
      ...options,
      headers: { ...options.headers, "X-Account": this.account },
    });
    return response.status === 204
      ? null
      : response.json().catch(() => {
          throw new ApiError("offline", "The server's reply was cut off.");
        });
  }

  /**
   * @param {"POST" | "PUT"} method
   * @param {string} url
   * @param {object} body
   * @param {Record<string, string>} [headers]
   * @param {boolean} [lastWords]
   * @returns {Promise<any>}
   */
  send(method, url, body, headers = {}, lastWords = false) {
    const text = JSON.stringify(body);
    return this.json(url, {
      method,
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), ...headers },
      body: text,
      keepalive: lastWords && text.length < KEEPALIVE_LIMIT,
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
    const isOurs = options.signal?.aborted && options.signal.reason?.name !== "TimeoutError";
    throw isOurs ? error : new ApiError("offline", "The server can't be reached.");
  });
  if (response.ok) {
    return response;
  }
  const problem = await response.json().catch(() => ({}));
  const detail = typeof problem.detail === "string" ? problem.detail : "";
  throw new ApiError(troubleOf(response.status, detail), detail || `Error ${response.status}.`, problem, {
    status: response.status,
    retryAfterS: secondsIn(response.headers.get("Retry-After"), Date.now()),
  });
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

/**
 * Read a Retry-After header: seconds, or a date (RFC 9110, 10.2.3).
 * @param {string | null} text
 * @param {number} nowMs
 * @returns {number} 0 where it says nothing
 */
export function secondsIn(text, nowMs) {
  const seconds = /^\d+$/.test(text ?? "") ? Number(text) : (Date.parse(text ?? "") - nowMs) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
}

/** @returns {string} as the cookie has it now: it changes with each sign-in */
function csrfToken() {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}
