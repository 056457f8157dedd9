/** Measure the time that a rater works: the page is visible, and input came in the last minute. */

/** Seconds without input after which the rater counts as away. */
export const IDLE_AFTER_S = 60;
/** Seconds without input that count as a break. */
export const BREAK_S = 300;

/** A stopwatch that runs only while someone works. */
export class Activity {
  /** @param {() => number} now seconds of a clock that never goes back */
  constructor(now) {
    this.now = now;
    this.visible = true;
    this.paused = false;
    this.total = 0;
    /** Seconds of work since the last break, over all ROIs. */
    this.sinceBreak = 0;
    /** Until when the work is counted, and when the last input came. */
    this.countedTo = now();
    this.lastInput = this.countedTo;
  }

  /** Begin anew, with a new ROI. */
  restart() {
    this.count();
    this.total = 0;
    this.lastInput = this.countedTo;
  }

  /** Tell of a key press, a mouse or touch movement. */
  input() {
    this.count();
    if (this.countedTo - this.lastInput >= BREAK_S) {
      this.sinceBreak = 0;
    }
    this.lastInput = this.countedTo;
  }

  /**
   * Tell that the page was shown or hidden.
   * @param {boolean} visible
   */
  show(visible) {
    this.count();
    this.visible = visible;
  }

  /** Stop: the rater takes a break. */
  pause() {
    this.count();
    this.paused = true;
  }

  /** Go on after a break. */
  resume() {
    this.count();
    this.paused = false;
    this.sinceBreak = 0;
    this.lastInput = this.countedTo;
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
    if (this.visible && !this.paused) {
      const until = Math.min(now, this.lastInput + IDLE_AFTER_S);
      const worked = Math.max(0, until - this.countedTo);
      this.total += worked;
      this.sinceBreak += worked;
    }
    this.countedTo = now;
  }
}
