/** Bring the whole scan behind the crop without ever being in the way. */

/** @import {Shown, Stage} from "./stage.js" */
/** @import {Volume} from "./decoding.js" */
/** @import {Viewer} from "./viewer.js" */
/** @import {Api} from "../saving/api.js" */

import { checkOffset } from "./grid.js";

/** Quiet seconds after which a pause counts as one. */
const QUIET_S = 1.2;
/** Renderers that compute pictures on the processor: a whole scan would hold the page for seconds. */
const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;

/** Loads the scan of the ROI on the screen, and no other. */
export class WholeScan {
  /**
   * @param {object} parts
   * @param {Api} parts.api
   * @param {Viewer} parts.viewer
   * @param {Stage} parts.stage
   * @param {() => number} parts.quietS seconds since the last input
   * @param {(state: "crop" | "loading" | "ready" | "whole" | "failed") => void} parts.tell
   */
  constructor({ api, viewer, stage, quietS, tell }) {
    this.api = api;
    this.viewer = viewer;
    this.stage = stage;
    this.quietS = quietS;
    this.tell = tell;
    this.wanted = false;
    /** @type {RequestCache} */
    this.cache = "default";
    this.loading = new AbortController();
    /** @type {{url: string, roi: Shown} | null} */
    this.next = null;
    /** @type {Promise<void> | null} */
    this.fetching = null;
    /** @type {Volume | null} */
    this.scan = null;
  }

  /**
   * Forget the last scan; the ROI on the screen has this one.
   * @param {string} url
   * @param {Shown} roi
   */
  follow(url, roi) {
    this.loading.abort();
    this.loading = new AbortController();
    this.next = { url, roi };
    this.fetching = null;
    this.scan = null;
    this.wanted = false;
    this.cache = "default";
    this.tell("crop");
  }

  /** Fetch it in the background; once there it waits for a quiet moment. */
  begin() {
    this.fetching ??= this.fetch(this.loading.signal);
  }

  /** The rater looks beyond the crop: fetch and show it now. */
  want() {
    this.wanted = true;
    if (this.scan) {
      this.show();
    } else {
      this.tell("loading");
      this.begin();
    }
  }

  /** @param {AbortSignal} signal */
  async fetch(signal) {
    const { next } = this;
    if (!next) {
      return;
    }
    try {
      const bytes = await this.api.volume(next.url, { signal, priority: "low", cache: this.cache });
      if (!this.wanted) {
        await this.quiet(signal);
      }
      const scan = await this.viewer.decode(bytes);
      if (signal.aborted) {
        return;
      }
      checkOffset(next.roi.crop.affine, scan.affine, next.roi.offset);
      this.scan = scan;
      if (this.wanted || !this.isSlow()) {
        this.show();
      } else {
        this.tell("ready");
      }
    } catch (error) {
      if (!signal.aborted) {
        console.error(error);
        this.fetching = null;
        this.cache = "reload"; // half a file may lie in the browser's cache
        this.tell("failed");
      }
    }
  }

  show() {
    if (this.scan) {
      this.stage.showWhole(this.scan);
      this.tell("whole");
    }
  }

  /**
   * Wait until the rater pauses, or wants to see the scan.
   * @param {AbortSignal} signal
   */
  async quiet(signal) {
    while (!signal.aborted && !this.wanted && this.quietS() < QUIET_S) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** @returns {boolean} whether putting up a whole scan would hold the page */
  isSlow() {
    const { gl } = this.viewer.nv;
    const info = gl.getExtension("WEBGL_debug_renderer_info");
    const name = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
    return SOFTWARE.test(String(name));
  }
}
