/** Wire the review page together. */

/** @import {Assignment, Page as Addresses, Questionnaire, Queue} from "./types.js" */

import { Activity } from "./flow/activity.js";
import { Api } from "./saving/api.js";
import { byId, handedOver } from "./elements.js";
import { BreakReminder } from "./flow/break-reminder.js";
import { Flow } from "./flow/flow.js";
import { showKeys } from "./keys/key-labels.js";
import { startKeys } from "./keys/start.js";
import { Page } from "./page.js";
import { ContrastControl } from "./viewer/contrast-control.js";
import { listenToPointer } from "./viewer/pointer.js";
import { Planes } from "./viewer/planes.js";
import { Prefetcher } from "./viewer/prefetch.js";
import { Review } from "./review.js";
import { RoiLoader } from "./viewer/roi-loader.js";
import { SavingOnPage } from "./saving/on-page.js";
import { openSaving, watchPage } from "./saving/open-saving.js";
import { Session } from "./flow/session.js";
import { Stage } from "./viewer/stage.js";
import { ViewMemory } from "./viewer/view-memory.js";
import { Viewer } from "./viewer/viewer.js";
import { WholeScan } from "./viewer/whole-scan.js";
import { Windows } from "./viewer/windows.js";

/** Milliseconds between notes of how long a rater has worked, so that a reload loses little. */
const NOTE_EVERY_MS = 10_000;

async function main() {
  /** @type {{id: string, name: string, synthetic: boolean, radiological: boolean}} */
  const study = handedOver("study");
  /** @type {Addresses} */
  const addresses = handedOver("page");
  /** @type {Questionnaire} */
  const questionnaire = handedOver("questionnaire");
  const root = byId("stage", HTMLElement);
  const page = new Page();
  const { account = "", accountName = "" } = root.dataset;
  /** @type {{queue: Queue, assignment: Assignment | null}} */
  const start = handedOver("start");
  const api = new Api(addresses.api, study.id, account, start.assignment);
  const keys = startKeys(api, questionnaire, account);
  const viewer = new Viewer(byId("planes", HTMLCanvasElement), {
    radiological: study.radiological,
  });
  const activity = new Activity(() => performance.now() / 1000);
  const windows = new Windows(sessionStorage, root.dataset.account ?? "");
  const stage = new Stage(root, byId("overlay", HTMLElement), viewer, {
    radiological: study.radiological,
    windows,
    memory: new ViewMemory(sessionStorage, root.dataset.account ?? ""),
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
    onSeen: () => review.onSeen(),
  });
  // The first ROI is decoded and the planes made ready while the answers kept here are read.
  const asked = decodeURIComponent(location.hash.slice(1)) || start.assignment?.id;
  void rois.want(asked ? [asked] : []);
  const ready = planes.start();
  const seconds = () => performance.now() / 1000;
  const { saving, tabs, begin } = await openSaving(api, account);
  await begin();
  const session = new Session({ api, rois, saving, activity, seconds }, start.queue);
  await ready;
  const flow = new Flow(session, addresses, (url) => api.json(url));
  const review = new Review({ session, stage, planes, page, questionnaire, addresses, keys, flow });
  review.saving = new SavingOnPage(review, saving, tabs, { account, accountName });
  new BreakReminder(activity, handedOver("preferences").break_after_min);

  listenToPointer(stage);
  new ContrastControl(byId("window", HTMLElement), stage);
  addEventListener("pagehide", () => stage.looks.keep());
  review.listen();
  void showKeys();
  watch(activity);
  watchPage(saving, () => session.note(), () => review.saving?.comeBack());
  setInterval(() => session.note(), NOTE_EVERY_MS);
  await review.open(decodeURIComponent(location.hash.slice(1)) || session.first());
}

/**
 * Tell the stopwatch when someone works.
 * @param {Activity} activity
 */
function watch(activity) {
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "input"]) {
    addEventListener(kind, () => activity.input(), { capture: true, passive: true });
  }
  document.addEventListener("visibilitychange", () => {
    activity.show(document.visibilityState === "visible");
  });
}

main().catch((error) => {
  console.error(error);
  const veil = byId("veil", HTMLElement);
  veil.hidden = false;
  veil.textContent = `The page could not start: ${error.message} Reload it to try again.`;
});
