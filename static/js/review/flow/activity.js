/** Measure the time that a rater works: the page is visible, and input came in the last minute. */

/** Seconds without input after which the rater counts as away. */
export const IDLE_AFTER_S = 60;

/** A stopwatch that runs only while someone works. */
export class Activity {
  /** @param {() => number} now seconds of a clock that never goes back */
  constructor(now) {
    this.now = now;
    this.visible = true;
    this.total = 0;
    /** Until when the work is counted, and when the last input came. */
    this.countedTo = now();
    this.lastInput = this.countedTo;
  }

  /** Begin anew, with a new ROI. */
  restart() {
    this.total = 0;
    this.countedTo = this.now();
    this.lastInput = this.countedTo;
  }

  /** Tell of a key press, a mouse or touch movement. */
  input() {
    this.count();
    this.lastInput = this.now();
    this.countedTo = this.lastInput;
  }

  /**
   * Tell that the page was shown or hidden.
   * @param {boolean} visible
   */
  show(visible) {
    this.count();
    this.visible = visible;
  }

  /**
   * Give the seconds of work so far.
   * @returns {number}
   */
  seconds() {
    this.count();
    return this.total;
  }

  count() {
    const now = this.now();
    if (this.visible) {
      const until = Math.min(now, this.lastInput + IDLE_AFTER_S);
      this.total += Math.max(0, until - this.countedTo);
    }
    this.countedTo = now;
  }
}
