/** Wire the review page together, around the picture that is there already. */

/** @import {Questionnaire} from "./types.js" */

import { byId, handedOver } from "./elements.js";
import { BlockEnd } from "./flow/block-end.js";
import { BreakReminder } from "./flow/break-reminder.js";
import { Flow } from "./flow/flow.js";
import { showKeys } from "./keys/key-labels.js";
import { startKeys } from "./keys/start.js";
import { inAddress, picture, tellNotStarted } from "./picture.js";
import { ContrastControl } from "./viewer/contrast-control.js";
import { listenToPointer } from "./viewer/pointer.js";
import { Review } from "./review.js";
import { SavingOnPage } from "./saving/on-page.js";
import { openSaving, watchPage } from "./saving/open-saving.js";
import { Session } from "./flow/session.js";

/** Milliseconds between notes of how long a rater has worked, so that a reload loses little. */
const NOTE_EVERY_MS = 10_000;

async function main() {
  const { activity, addresses, api, page, planes, rois, stage } = picture;
  /** @type {Questionnaire} */
  const questionnaire = handedOver("questionnaire");
  const { account = "", accountName = "", clientVersion = "" } = stage.root.dataset;
  const keys = startKeys(api, questionnaire, account);
  const seconds = () => performance.now() / 1000;
  const { saving, tabs, begin } = await openSaving(api, account, addresses.mode !== "review");
  await begin();
  const session = new Session({ api, rois, saving, activity, seconds, clientVersion }, picture.queue);
  await picture.ready;
  const flow = new Flow(session, addresses, (url) => api.json(url));
  const review = new Review({ session, stage, planes, page, questionnaire, addresses, keys, flow });
  review.saving = new SavingOnPage(review, saving, tabs, { account, accountName });
  planes.onSeen = () => review.onSeen();
  review.blocks = new BlockEnd(activity, addresses.block_size);
  new BreakReminder(activity, handedOver("preferences").break_after_min);

  listenToPointer(stage);
  new ContrastControl(byId("window", HTMLElement), stage);
  addEventListener("pagehide", () => stage.looks.keep());
  review.listen();
  void showKeys();
  watch(activity);
  watchPage(saving, () => session.note(), () => review.saving?.comeBack());
  setInterval(() => session.note(), NOTE_EVERY_MS);
  await review.open(inAddress() || session.first());
}

/**
 * Tell the stopwatch when someone works.
 * @param {import("./flow/activity.js").Activity} activity
 */
function watch(activity) {
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "input"]) {
    addEventListener(kind, () => activity.input(), { capture: true, passive: true });
  }
  document.addEventListener("visibilitychange", () => {
    activity.show(document.visibilityState === "visible");
  });
}

main().catch(tellNotStarted);
