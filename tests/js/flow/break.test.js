import assert from "node:assert/strict";
import { test } from "node:test";

import { Activity, BREAK_S, IDLE_AFTER_S } from "../../../static/js/review/flow/activity.js";
import { AGAIN_AFTER_S, BreakClock } from "../../../static/js/review/flow/break-clock.js";

/**
 * Work for a while, with input each second.
 * @param {Activity} activity
 * @param {{t: number}} clock
 * @param {number} seconds
 */
function work(activity, clock, seconds) {
  for (let n = 0; n < seconds; n += 1) {
    clock.t += 1;
    activity.input();
  }
}

/** @returns {{clock: {t: number}, activity: Activity}} */
function stopwatch() {
  const clock = { t: 100 };
  return { clock, activity: new Activity(() => clock.t) };
}

test("work since the last break counts over all ROIs", () => {
  const { clock, activity } = stopwatch();
  work(activity, clock, 40);
  activity.restart();
  work(activity, clock, 20);
  assert.equal(activity.seconds(), 20);
  assert.equal(activity.sinceBreak, 60);
});

test("a break stops the clock, and work begins anew after it", () => {
  const { clock, activity } = stopwatch();
  work(activity, clock, 30);
  activity.pause();
  work(activity, clock, 600);
  assert.equal(activity.seconds(), 30);
  activity.resume();
  work(activity, clock, 5);
  assert.equal(activity.seconds(), 35);
  assert.equal(activity.sinceBreak, 5);
});

test("who was away for some minutes had a break", () => {
  const { clock, activity } = stopwatch();
  work(activity, clock, 30);
  clock.t += BREAK_S;
  activity.input();
  assert.equal(activity.sinceBreak, 0);
  assert.equal(activity.seconds(), 30 + IDLE_AFTER_S);
});

test("a break is due after the rater's own minutes, and never where it is off", () => {
  assert.equal(new BreakClock(45).isDue(45 * 60 - 1), false);
  assert.equal(new BreakClock(45).isDue(45 * 60), true);
  assert.equal(new BreakClock(0).isDue(1e9), false);
});

test("a reminder that was put off comes again later, and a break clears it", () => {
  const clock = new BreakClock(1);
  clock.putOff(60);
  assert.equal(clock.isDue(60 + AGAIN_AFTER_S - 1), false);
  assert.equal(clock.isDue(60 + AGAIN_AFTER_S), true);
  clock.putOff(700);
  assert.equal(clock.isDue(0), false);
  assert.equal(clock.isDue(61), true);
});
