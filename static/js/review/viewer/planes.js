/** Bring an ROI's image to the screen; where that fails, say so in words and offer a way out. */

/** @import {Roi, RoiLoader} from "./roi-loader.js" */
/** @import {Stage} from "./stage.js" */
/** @import {WholeScan} from "./whole-scan.js" */

import { el } from "../elements.js";
import { ApiError } from "../saving/api.js";
import { NoPlanesError } from "./viewer.js";

/** Milliseconds after which an image that did not arrive is asked for again. */
const AGAIN_AFTER_MS = 5000;
const LOADING = "Loading the image …";
const LOST = "The graphics card was reset. The planes come back by themselves …";

/** The image of the ROI that is open. */
export class Planes {
  /**
   * @param {object} parts
   * @param {Stage} parts.stage
   * @param {WholeScan} parts.whole
   * @param {RoiLoader} parts.loader
   * @param {(text: string, ...more: Node[]) => void} parts.cover lay words over the planes; none: uncover
   */
  constructor({ stage, whole, loader, cover }) {
    this.stage = stage;
    this.whole = whole;
    this.loader = loader;
    this.cover = cover;
    /** Hears that the ROI is on the screen now. */
    this.onSeen = () => {};
    /** @type {Roi | null} */
    this.roi = null;
    /** Why the ROI isn't on the screen; empty: it is. */
    this.unseen = LOADING;
    /** @type {string} */
    this.noPlanes = "";
    this.timer = 0;
  }

  /** Make the planes ready. Without WebGL the form works all the same, and the planes say why. */
  async start() {
    const { viewer } = this.stage;
    viewer.canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault(); // or the browser never gives it back
      this.hide(LOST);
    });
    viewer.canvas.addEventListener("webglcontextrestored", () => void this.restore());
    try {
      await viewer.start();
    } catch (error) {
      if (!(error instanceof NoPlanesError)) {
        throw error;
      }
      this.noPlanes = error.message;
    }
  }

  /**
   * Show an ROI, at once where its image is there.
   * @param {Roi} roi
   */
  show(roi) {
    clearTimeout(this.timer);
    if (roi === this.roi && this.unseen === "") {
      this.onSeen();
      return;
    }
    this.roi = roi;
    if (this.noPlanes) {
      this.hide(this.noPlanes);
      return;
    }
    if (roi.shown) {
      this.put(roi);
      return;
    }
    this.stage.clear();
    this.hide(LOADING);
    void this.wait(roi);
  }

  /** Ask for the image again, where it did not come. */
  retry() {
    const { roi } = this;
    if (roi && !roi.shown && this.unseen !== LOADING) {
      clearTimeout(this.timer);
      this.hide(LOADING);
      this.loader.fetchImages(roi, { again: true });
      void this.wait(roi);
    }
  }

  /** Fetch the whole scan of the ROI, once its own image is there. */
  fetchWhole() {
    const { roi } = this;
    roi?.images.then(() => this.roi === roi && this.whole.begin()).catch(() => undefined);
  }

  /** @param {Roi} roi */
  async wait(roi) {
    try {
      await roi.images;
    } catch (error) {
      if (this.roi === roi) {
        this.fail(error);
      }
      return;
    }
    if (this.roi === roi) {
      this.put(roi);
    }
  }

  /** @param {Roi} roi with its image */
  put(roi) {
    const { shown } = roi;
    if (shown) {
      try {
        this.stage.show(shown);
      } catch (error) {
        this.fail(error);
        return;
      }
      this.whole.follow(roi.assignment.scan.url, shown);
      this.see();
    }
  }

  see() {
    if (this.unseen !== LOST) {
      this.unseen = "";
      this.cover("");
      this.onSeen();
    }
  }

  /** @param {string} why */
  hide(why) {
    this.unseen = why;
    this.cover(why);
  }

  /** @param {unknown} error */
  fail(error) {
    console.error(error);
    const why = error instanceof Error ? error.message : String(error);
    this.unseen = `The image of this ROI can't be shown. ${why}`;
    const button = el("button", { type: "button", class: "button", click: () => this.retry() }, "Try again");
    this.cover(this.unseen, button);
    if (error instanceof ApiError && error.trouble === "offline") {
      this.timer = window.setTimeout(() => this.retry(), AGAIN_AFTER_MS);
    }
  }

  /** The browser has a graphics card for us again. */
  async restore() {
    const { stage, whole, roi } = this;
    const wasWhole = stage.whole;
    await stage.viewer.restart();
    this.unseen = LOADING;
    stage.restore();
    if (roi && stage.shown) {
      this.see();
      if (wasWhole) {
        whole.show();
      }
    } else if (roi) {
      this.show(roi);
    }
  }
}
