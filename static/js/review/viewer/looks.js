/** Keep where the rater looks at each ROI, and look there again. */

/** @import {Stage} from "./stage.js" */
/** @import {ViewMemory} from "./view-memory.js" */

/** Milliseconds after a move at which the look is kept. */
const KEEP_AFTER_MS = 400;

/** The looks of a session: in world mm, since crop and whole scan count their voxels apart. */
export class Looks {
  /**
   * @param {ViewMemory} memory
   * @param {Stage} stage
   */
  constructor(memory, stage) {
    this.memory = memory;
    this.stage = stage;
    this.timer = 0;
  }

  /** Keep the look before long: moves come in crowds. */
  keepSoon() {
    if (this.timer === 0) {
      this.timer = window.setTimeout(() => this.keep(), KEEP_AFTER_MS);
    }
  }

  /** Keep the look of the ROI on the screen now. */
  keep() {
    clearTimeout(this.timer);
    this.timer = 0;
    const { shown, camera, viewer } = this.stage;
    if (shown) {
      const { point, view, fitted } = camera;
      this.memory.keep(shown.id, {
        point: viewer.frame.toWorld(point),
        centre: viewer.frame.toWorld(view.centre),
        extentMm: view.extentMm,
        fitted,
      });
    }
  }

  /**
   * Look where the rater looked at an ROI before, if at all.
   * @param {string} id of the ROI that is on the screen
   */
  takeUp(id) {
    const look = this.memory.look(id);
    const { camera, viewer } = this.stage;
    if (look) {
      camera.point = viewer.frame.fromWorld(look.point);
      camera.view.centre = viewer.frame.fromWorld(look.centre);
      camera.view.extentMm = look.extentMm;
      camera.fitted = look.fitted;
      camera.look();
    }
  }
}
