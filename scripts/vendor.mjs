/** Copy the browser libraries that pages load from node_modules into static/vendor, with their proof.
 *
 * `npm ci && npm run vendor` after a change of version in package.json; `--check` changes nothing
 * and fails where a vendored file is not what the installed package holds. The licence texts stand
 * beside the libraries by hand: NiiVue's packages carry none.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
/** Package -> folder under static/vendor, licence, and the files taken: in the package -> vendored. */
const LIBRARIES = {
  "@niivue/niivue": {
    folder: "niivue",
    licence: "BSD-2-Clause (LICENSE)",
    files: {
      "dist/niivue.umd.js": "niivue.umd.js",
    },
  },
};

const check = process.argv.includes("--check");
const pinned = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")).devDependencies;

for (const [name, library] of Object.entries(LIBRARIES)) {
  const source = join(ROOT, "node_modules", name);
  const target = join(ROOT, "static", "vendor", library.folder);
  const { version } = JSON.parse(await readFile(join(source, "package.json"), "utf8"));
  if (version !== pinned[name]) {
    throw new Error(`${name}: expected version ${pinned[name]} of package.json, came ${version}`);
  }
  await mkdir(target, { recursive: true });
  /** @type {Record<string, string>} */
  const sha256 = {};
  for (const [from, to] of Object.entries(library.files)) {
    const bytes = await readFile(join(source, from));
    sha256[to] = createHash("sha256").update(bytes).digest("hex");
    await put(join(target, to), bytes);
  }
  const manifest = { package: name, version, licence: library.licence, sha256 };
  await put(join(target, "VENDORED.json"), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  console.log(`${name} ${version}: ${Object.keys(sha256).join(", ")}`);
}

/**
 * Write a file, or with --check compare it.
 * @param {string} path
 * @param {Buffer} bytes
 */
async function put(path, bytes) {
  if (!check) {
    await writeFile(path, bytes);
    return;
  }
  const there = await readFile(path).catch(() => null);
  if (!there?.equals(bytes)) {
    throw new Error(`${path}: expected the installed package's bytes; type: npm run vendor`);
  }
}
