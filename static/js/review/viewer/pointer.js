/** Steer the planes as in ITK-SNAP: left crosshair or tool, right zoom, middle or Alt pan; fingers apart. */

/** @import {Stage} from "./stage.js" */

import { DOUBLE_AFTER, Drag } from "./drags.js";
import { Fingers } from "./fingers.js";
import { tileAt } from "./geometry.js";
import { Steering } from "./steering.js";

/** Pixels of wheel turning that make one slice, and what a line of a wheel that counts in lines is worth. */
const WHEEL_STEP = 40;
const LINE_PIXELS = 40;

/** @typedef {[number, number]} Pixel from the stage's left and top */

/** Mouse, pen and fingers on the stage. One of them works at a time; the pen goes before fingers. */
class Pointers {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.steering = new Steering(stage);
    /** @type {Drag | null} */
    this.drag = null;
    this.fingers = new Fingers(this.steering);
    this.turned = 0;
  }

  /** @param {PointerEvent} event */
  down(event) {
    const pixel = this.pixelOf(event);
    const tile = tileAt(this.stage.camera.tiles, pixel);
    if (!tile || this.drag) {
      return;
    }
    const { root, camera } = this.stage;
    event.preventDefault();
    root.focus({ preventScroll: true });
    root.setPointerCapture(event.pointerId);
    camera.active = tile.plane;
    if (event.pointerType === "touch") {
      this.fingers.press(event.pointerId, pixel, tile);
    } else {
      this.fingers.cancel(); // the hand that holds the pen rests on the glass
      this.drag = new Drag(this.steering, tile, pixel, event);
    }
  }

  /** @param {PointerEvent} event */
  move(event) {
    const pixel = this.pixelOf(event);
    const { drag } = this;
    if (event.pointerType === "touch") {
      this.fingers.move(event.pointerId, pixel);
    } else if (!drag) {
      const tile = tileAt(this.stage.camera.tiles, pixel);
      this.steering.hover(tile ? this.steering.at(tile, pixel) : null);
    } else if (drag.pointer === event.pointerId) {
      if (drag.isHeld(event)) {
        drag.move(pixel, event);
        this.steering.hover(this.steering.at(drag.tile, pixel));
      } else {
        this.finish(drag, event);
      }
    }
  }

  /** @param {PointerEvent} event */
  up(event) {
    if (event.pointerType === "touch") {
      const { tile } = this.fingers;
      const tapped = this.fingers.lift(event.pointerId);
      if (tapped && tile) {
        this.steering.tap(tile, tapped, event);
      }
    } else if (this.drag?.pointer === event.pointerId) {
      this.finish(this.drag, event);
    }
  }

  /**
   * The browser took the pointer away: a call, a gesture of the system, a tab that closes.
   * @param {PointerEvent} event
   */
  cancel(event) {
    if (event.pointerType === "touch") {
      this.fingers.lift(event.pointerId);
    } else if (this.drag?.pointer === event.pointerId) {
      const { drag } = this;
      this.drag = null;
      drag.cancel();
    }
  }

  /** Take away whatever is being done: the picture under it has changed. */
  interrupt() {
    const { drag } = this;
    this.drag = null;
    this.fingers.cancel();
    drag?.cancel();
  }

  /**
   * @param {Drag} drag
   * @param {PointerEvent} event
   */
  finish(drag, event) {
    this.drag = null;
    drag.end(this.pixelOf(event), event);
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    event.preventDefault();
    const { camera } = this.stage;
    const pixel = this.pixelOf(event);
    const tile = tileAt(camera.tiles, pixel);
    // With Shift, browsers turn a wheel sideways.
    const down = (event.deltaY || event.deltaX) * (event.deltaMode === 0 ? 1 : LINE_PIXELS);
    if (event.ctrlKey) {
      if (tile) {
        this.steering.zoomAt(tile, pixel, 2 ** (-down / DOUBLE_AFTER));
      }
      return;
    }
    this.turned -= down;
    const slices = Math.trunc(this.turned / WHEEL_STEP);
    this.turned -= slices * WHEEL_STEP;
    if (tile && slices !== 0) {
      this.steering.slice(tile, Math.sign(slices) * Math.min(Math.abs(slices), 3));
    }
  }

  /**
   * @param {MouseEvent} event
   * @returns {Pixel}
   */
  pixelOf(event) {
    const box = this.stage.root.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
}

/**
 * Listen to mouse, pen and fingers on the stage.
 * @param {Stage} stage
 */
export function listenToPointer(stage) {
  const { root } = stage;
  const pointers = new Pointers(stage);
  stage.interrupt = () => pointers.interrupt();
  root.addEventListener("contextmenu", (event) => event.preventDefault());
  root.addEventListener("pointerdown", (event) => pointers.down(event));
  root.addEventListener("pointermove", (event) => pointers.move(event));
  root.addEventListener("pointerup", (event) => pointers.up(event));
  root.addEventListener("pointercancel", (event) => pointers.cancel(event));
  // After pointerup this finds nothing left to take away.
  root.addEventListener("lostpointercapture", (event) => pointers.cancel(event));
  root.addEventListener("pointerleave", () => pointers.drag || pointers.steering.hover(null));
  root.addEventListener("dblclick", (event) => {
    const tile = tileAt(stage.camera.tiles, pointers.pixelOf(event));
    if (tile && event.button === 0 && !stage.tool) {
      stage.enlarge(tile.plane);
    }
  });
  root.addEventListener("wheel", (event) => pointers.wheel(event), { passive: false });
}
