/** Ask for the next part of the queue before the rater gets there. No DOM. */

/** @import {Session} from "./session.js" */

/**
 * Learn what comes after the ROI that is open, where too little of it is known.
 * @param {Session} session
 */
export async function lookAhead(session) {
  const { way } = session;
  const position = session.place() + 1;
  if (session.asking || position < 1 || way.knowsAhead(position)) {
    return;
  }
  session.asking = true;
  try {
    const queue = await session.parts.api.queue(position);
    if (queue) {
      way.learn(queue);
    }
  } catch {
    // Without network what is known has to do; the next ROI asks again.
  } finally {
    session.asking = false;
  }
}
