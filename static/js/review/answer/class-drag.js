/** Order the chosen classes by dragging one onto another, with mouse, pen or finger. */

/** How far a press moves before it is a drag and no longer a click, in pixels. */
const DRAG_AFTER = 6;

/**
 * @typedef {object} Dragging
 * @property {(target: Element | null) => string | null} nameOf the chosen class at an element
 * @property {(name: string) => number} rankOf from 1
 * @property {(name: string, rank: number) => void} preview
 * @property {(name: string, rank: number) => void} drop
 * @property {() => void} end whether dropped or not
 */

/**
 * Listen to drags in a list: a class takes the rank of the one that it is dropped on.
 * @param {HTMLElement} list
 * @param {Dragging} dragging
 */
export function listenToDrag(list, { nameOf, rankOf, preview, drop, end }) {
  /** @type {{id: number, name: string, row: Element | null, x: number, y: number, moved: boolean, rank: number} | null} */
  let drag = null;

  /** @param {PointerEvent} event */
  function onDown(event) {
    const target = /** @type {Element} */ (event.target);
    const name = target.closest(".choice") ? nameOf(target) : null;
    if (event.button === 0 && event.isPrimary && name !== null) {
      const row = target.closest(".class-row");
      drag = { id: event.pointerId, name, row, x: event.clientX, y: event.clientY, moved: false, rank: rankOf(name) };
    }
  }

  /** @param {PointerEvent} event */
  function onMove(event) {
    if (!drag || event.pointerId !== drag.id) {
      return;
    }
    if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < DRAG_AFTER) {
      return;
    }
    if (!drag.moved) {
      drag.moved = true;
      list.setPointerCapture(event.pointerId);
      list.classList.add("ordering");
      drag.row?.classList.add("dragged");
    }
    const over = nameOf(document.elementFromPoint(event.clientX, event.clientY));
    drag.rank = rankOf(over ?? drag.name);
    preview(drag.name, drag.rank);
  }

  /** @param {PointerEvent} event */
  function onUp(event) {
    if (drag?.moved && event.pointerId === drag.id) {
      const { name, rank } = drag;
      // The click that ends a drag would take the class back.
      const swallow = (/** @type {Event} */ click) => click.stopPropagation();
      list.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => list.removeEventListener("click", swallow, { capture: true }));
      stop();
      if (rank !== rankOf(name)) {
        drop(name, rank);
      }
    }
    stop();
  }

  function stop() {
    if (drag?.moved) {
      list.classList.remove("ordering");
      drag.row?.classList.remove("dragged");
      end();
    }
    drag = null;
  }

  list.addEventListener("pointerdown", onDown);
  list.addEventListener("pointermove", onMove);
  list.addEventListener("pointerup", onUp);
  list.addEventListener("pointercancel", stop);
}
