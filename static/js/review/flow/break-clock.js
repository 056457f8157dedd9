/** Say when a break is due. No DOM. */

/** Seconds of work until a reminder that was put off comes again. */
export const AGAIN_AFTER_S = 600;

/** Watches the work since the last break. */
export class BreakClock {
  /** @param {number} afterMin minutes of work before a break is due; 0 for never */
  constructor(afterMin) {
    this.afterMin = afterMin;
    this.putOffTo = 0;
  }

  /**
   * @param {number} workedS seconds of work since the last break
   * @returns {boolean}
   */
  isDue(workedS) {
    if (workedS < this.putOffTo - AGAIN_AFTER_S) {
      this.putOffTo = 0; // there was a break meanwhile
    }
    return this.afterMin > 0 && workedS >= Math.max(this.afterMin * 60, this.putOffTo);
  }

  /**
   * Come again later.
   * @param {number} workedS
   */
  putOff(workedS) {
    this.putOffTo = workedS + AGAIN_AFTER_S;
  }
}
