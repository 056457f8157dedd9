/** Write a mask as runs and read it back: start, length, start, length … in file order. */

/** The runs don't describe a mask of this size. */
export class RunsError extends Error {}

/**
 * @param {Uint8Array} voxels in file order; anything but 0 counts
 * @returns {number[]} start and length of each run of voxels, none touching the next
 */
export function encodeRuns(voxels) {
  /** @type {number[]} */
  const runs = [];
  let place = voxels.findIndex((value) => value !== 0);
  while (place >= 0) {
    const end = voxels.indexOf(0, place);
    const stop = end < 0 ? voxels.length : end;
    runs.push(place, stop - place);
    place = stop;
    while (place < voxels.length && voxels[place] === 0) {
      place += 1;
    }
    place = place < voxels.length ? place : -1;
  }
  return runs;
}

/**
 * @param {readonly number[]} runs
 * @param {number} n voxels of the mask
 * @returns {Uint8Array} 0 and 1
 * @throws {RunsError} the runs overlap, are out of order, empty or reach outside
 */
export function decodeRuns(runs, n) {
  const voxels = new Uint8Array(n);
  let last = 0;
  for (let at = 0; at < runs.length; at += 2) {
    const [start, length] = [runs[at], runs[at + 1]];
    if (!Number.isInteger(start) || !Number.isInteger(length)) {
      throw new RunsError(`expected pairs of whole numbers, came ${start}, ${length} at ${at}`);
    }
    const [from, size] = [Number(start), Number(length)];
    if (from < last || size < 1 || from + size > n) {
      throw new RunsError(`expected runs in order within ${n} voxels, came ${from}, ${size} at ${at}`);
    }
    voxels.fill(1, from, from + size);
    last = from + size;
  }
  return voxels;
}
