/** Bring the first ROI to the screen with what that takes and no more: the rest of the page may come later. */

/** @import {Assignment, Page as Addresses, Queue} from "./types.js" */

import { Activity } from "./flow/activity.js";
import { Api } from "./saving/api.js";
import { PracticeApi } from "./saving/practice.js";
import { PreviewApi } from "./saving/preview.js";
import { byId, handedOver } from "./elements.js";
import { Page } from "./page.js";
import { Planes } from "./viewer/planes.js";
import { Prefetcher } from "./viewer/prefetch.js";
import { RoiLoader } from "./viewer/roi-loader.js";
import { Stage } from "./viewer/stage.js";
import { ViewMemory } from "./viewer/view-memory.js";
import { Viewer } from "./viewer/viewer.js";
import { WholeScan } from "./viewer/whole-scan.js";
import { Windows } from "./viewer/windows.js";

const APIS = Object.freeze({ review: Api, preview: PreviewApi, practice: PracticeApi });

/**
 * Build the planes and what feeds them; the ROI that is asked for is shown as soon as it is there.
 */
function startPicture() {
  /** @type {{id: string, name: string, synthetic: boolean, radiological: boolean}} */
  const study = handedOver("study");
  /** @type {Addresses} */
  const addresses = handedOver("page");
  /** @type {{queue: Queue, assignment: Assignment | null}} */
  const start = handedOver("start");
  const root = byId("stage", HTMLElement);
  const { account = "" } = root.dataset;
  const { radiological } = study;
  const page = new Page();
  const api = new APIS[addresses.mode](addresses.api, study.id, account, start.assignment);
  const activity = new Activity(() => performance.now() / 1000);
  const viewer = new Viewer(byId("planes", HTMLCanvasElement), { radiological });
  const windows = new Windows(sessionStorage, account);
  const stage = new Stage(root, byId("overlay", HTMLElement), viewer, {
    radiological,
    windows,
    memory: new ViewMemory(sessionStorage, account),
    onLeaveCrop: () => whole.want(),
  });
  const whole = new WholeScan({
    api,
    viewer,
    stage,
    quietS: () => performance.now() / 1000 - activity.lastInput,
    tell: (state) => page.showScan(state),
  });
  const loader = new RoiLoader(api, (bytes) => viewer.decode(bytes), windows);
  const rois = new Prefetcher((id) => loader.load(id), { rest: (roi) => roi.images });
  const planes = new Planes({
    stage,
    whole,
    loader,
    cover: (text, ...more) => page.cover(text, ...more),
  });
  const ready = planes.start();
  const asked = inAddress() || start.assignment?.id;
  if (asked) {
    const loaded = rois.get(asked).then((roi) => roi.images.then(() => roi));
    void Promise.all([loaded, ready]).then(
      ([roi]) => planes.roi ?? planes.show(roi),
      () => undefined, // told when the page asks for it
    );
  }
  return { addresses, api, activity, page, planes, queue: start.queue, ready, rois, stage };
}

/** @returns {string} the ROI that the page's address names; empty for none */
export function inAddress() {
  return decodeURIComponent(location.hash.slice(1));
}

/**
 * Say that the page can't work, where it is seen.
 * @param {any} error
 */
export function tellNotStarted(error) {
  console.error(error);
  const veil = byId("veil", HTMLElement);
  veil.hidden = false;
  veil.textContent = `The page could not start: ${error.message} Reload it to try again.`;
}

function startOrTell() {
  try {
    return startPicture();
  } catch (error) {
    tellNotStarted(error);
    throw error;
  }
}

/** The planes, at work before the rest of the page is there. */
export const picture = startOrTell();
