/** Make and find elements of the page. What people typed only ever goes in as text. */

/**
 * Make an element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | boolean | ((event: any) => void)>} [attributes] `class`, `aria-…`;
 *   a function is a listener of that event
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name, value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children);
  return element;
}

/**
 * Find an element that the template promises.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) {
    throw new Error(`expected an element #${id} of kind ${kind.name}`);
  }
  return element;
}

/**
 * Read what the view handed over with json_script.
 * @param {string} id
 * @returns {any}
 */
export function handedOver(id) {
  return JSON.parse(byId(id, HTMLScriptElement).textContent ?? "null");
}

/** Fields that take letters; all others are pressed or pulled. */
const NO_TEXT = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]);

/**
 * Say whether what has the focus takes letters, so that letters are letters.
 * @param {EventTarget | null} target
 * @returns {boolean}
 */
export function isTyping(target) {
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !NO_TEXT.has(target.type)) ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}
