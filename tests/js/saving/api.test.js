import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Api } from "../../../static/js/review/saving/api.js";

const plain = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = plain;
});

test("without network the way back has the last ROIs, and no more than memory should hold", async () => {
  const api = new Api("/api/", "study", "7");
  globalThis.fetch = async (url) => new Response(JSON.stringify({ id: String(url).split("/").at(-2) }));
  for (let n = 1; n <= 20; n += 1) {
    await api.assignment(`roi-${n}`);
  }
  await api.assignment("roi-5"); // looked at again: it is new now
  globalThis.fetch = async () => Promise.reject(new TypeError("no network"));
  for (const id of ["roi-5", "roi-6", "roi-20"]) {
    assert.deepEqual(await api.assignment(id), { id });
  }
  await assert.rejects(api.assignment("roi-4"), { trouble: "offline" });
});

test("what the server refuses is never answered from memory", async () => {
  const api = new Api("/api/", "study", "7");
  globalThis.fetch = async () => new Response(JSON.stringify({ id: "roi" }));
  await api.assignment("roi");
  globalThis.fetch = async () => new Response("{}", { status: 404 });
  await assert.rejects(api.assignment("roi"), { trouble: "refused" });
});
