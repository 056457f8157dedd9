import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { PracticeApi } from "../../../static/js/review/saving/practice.js";
import { MemoryRecords, PreviewApi } from "../../../static/js/review/saving/preview.js";

const plain = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = plain;
});

test("a preview asks for ROIs at their own addresses and sends nothing", async () => {
  /** @type {[string, string][]} */ const sent = [];
  globalThis.fetch = async (url, options) => {
    sent.push([String(url), options?.method ?? "GET"]);
    return new Response(JSON.stringify({ id: "roi" }));
  };
  const api = new PreviewApi("/api/v1/", "study", "7");
  await api.assignment("roi");
  api.opened();
  assert.equal((await api.answer("roi", { revises: 0 })).revision, 1);
  assert.equal((await api.answer("roi", { revises: 1 })).revision, 2);
  const draft = { draft: /** @type {any} */ ({}), revises: 0, client: "tab", based_on: 4 };
  assert.equal((await api.draft("roi", draft)).version, 5);
  assert.deepEqual(sent, [["/api/v1/previews/roi/", "GET"]]);
});

test("records of a preview are forgotten with the page", async () => {
  const records = new MemoryRecords();
  await records.write([
    { store: "drafts", key: "a", put: 1 },
    { store: "outbox", key: "b", put: 2 },
    { store: "drafts", key: "c", put: 3 },
  ]);
  await records.write([{ store: "drafts", key: "a" }]);
  assert.deepEqual(await records.all("drafts"), [3]);
  assert.deepEqual(await records.all("outbox"), [2]);
  assert.deepEqual(await new MemoryRecords().all("drafts"), []);
});

test("practice sends the answer alone, under its own address and key", async () => {
  /** @type {[string, string, string | null][]} */ const sent = [];
  globalThis.fetch = async (url, options) => {
    const headers = new Headers(options?.headers);
    sent.push([String(url), options?.method ?? "GET", headers.get("Idempotency-Key")]);
    return new Response(JSON.stringify({ revision: 1 }), { status: 201 });
  };
  // @ts-expect-error node has no document; the page reads its CSRF cookie there
  globalThis.document = { cookie: "csrftoken=abc" };
  const api = new PracticeApi("/api/v1/", "study", "7");
  api.opened();
  await api.draft("roi", { draft: /** @type {any} */ ({}), revises: 0, client: "tab", based_on: 0 });
  assert.equal((await api.answer("roi", { revises: 0 }, "key")).revision, 1);
  assert.deepEqual(sent, [["/api/v1/practice/roi/answers/", "POST", "key"]]);
});
