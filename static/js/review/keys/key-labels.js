/** Show on the controls what the rater's own keyboard says: KeyY is a Z on a German one. */

/** @type {Map<string, string>} what each letter key writes here */
const known = new Map();

/**
 * Relabel all keys that the browser knows the layout of.
 * @returns {Promise<void>}
 */
export async function readLayout() {
  const keyboard = /** @type {any} */ (navigator).keyboard;
  /** @type {Map<string, string> | null} */
  const layout = await keyboard?.getLayoutMap?.().catch(() => null);
  for (const [code, label] of layout ?? []) {
    if (code.startsWith("Key")) {
      known.set(code, label.toUpperCase());
    }
  }
  relabel();
}

/**
 * Learn from a key press what its key writes, where the browser does not tell the layout.
 * @param {KeyboardEvent} event
 */
export function learn(event) {
  const label = event.key.toUpperCase();
  const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
  if (plain && event.code.startsWith("Key") && label.length === 1 && known.get(event.code) !== label) {
    known.set(event.code, label);
    relabel();
  }
}

function relabel() {
  for (const key of document.querySelectorAll("kbd[data-code]")) {
    const label = known.get(key.getAttribute("data-code") ?? "");
    if (label !== undefined && key.textContent !== label) {
      key.textContent = label;
    }
  }
}
