/** Steer the planes with the mouse as in ITK-SNAP: left crosshair, right zoom, middle or Alt pan. */

/** @import {Tile} from "./geometry.js" */
/** @import {Stage} from "./stage.js" */

import { tileAt } from "./geometry.js";

/** Pixels of dragging that double the zoom, and of wheel turning that make one slice. */
const DOUBLE_AFTER = 150;
const WHEEL_STEP = 40;
/** What a line of a wheel that counts in lines is worth, in pixels. */
const LINE_PIXELS = 40;

/**
 * Listen to the mouse on the stage.
 * @param {Stage} stage
 */
export function listenToPointer(stage) {
  const { root, camera } = stage;
  /** @type {{tile: Tile, does: "pick" | "zoom" | "pan", x: number, y: number} | null} */
  let drag = null;
  let turned = 0;

  root.addEventListener("contextmenu", (event) => event.preventDefault());
  root.addEventListener("pointerdown", (event) => {
    const pixel = pixelOf(root, event);
    const tile = tileAt(camera.tiles, pixel);
    if (!tile || drag) {
      return;
    }
    event.preventDefault();
    root.focus({ preventScroll: true });
    root.setPointerCapture(event.pointerId);
    drag = { tile, does: actionOf(event), x: event.clientX, y: event.clientY };
    camera.active = tile.plane;
    if (drag.does === "pick") {
      camera.pick(tile, pixel);
    }
  });
  root.addEventListener("pointermove", (event) => {
    if (!drag) {
      return;
    }
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    drag.x = event.clientX;
    drag.y = event.clientY;
    if (drag.does === "pick") {
      camera.pick(drag.tile, pixelOf(root, event));
    } else if (drag.does === "pan") {
      camera.pan(drag.tile, dx, dy);
    } else {
      camera.zoom(2 ** (-dy / DOUBLE_AFTER));
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    root.addEventListener(end, () => {
      drag = null;
    });
  }
  root.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const tile = tileAt(camera.tiles, pixelOf(root, event));
      const down = event.deltaY * (event.deltaMode === 0 ? 1 : LINE_PIXELS);
      if (event.ctrlKey) {
        camera.zoom(2 ** (-down / DOUBLE_AFTER));
        return;
      }
      turned -= down;
      const slices = Math.trunc(turned / WHEEL_STEP);
      turned -= slices * WHEEL_STEP;
      if (tile && slices !== 0) {
        camera.slice(tile.plane, Math.sign(slices) * Math.min(Math.abs(slices), 3));
      }
    },
    { passive: false },
  );
}

/**
 * @param {PointerEvent} event
 * @returns {"pick" | "zoom" | "pan"}
 */
function actionOf(event) {
  if (event.button === 1 || (event.button === 0 && event.altKey)) {
    return "pan";
  }
  return event.button === 2 ? "zoom" : "pick";
}

/**
 * @param {HTMLElement} root
 * @param {MouseEvent} event
 * @returns {[number, number]}
 */
function pixelOf(root, event) {
  const box = root.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}
