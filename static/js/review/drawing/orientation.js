/** Lay a volume's voxels along the axes of the view: nearest to right, anterior and superior.
 *
 * A cell is a voxel counted along these axes; a place is its position in the file, i fastest. The
 * rule which axis is which is NiiVue's (`calculateRAS`), since NiiVue paints the planes;
 * tests/js/drawing/orientation.test.js holds the two against each other.
 */

/** @import {Triple} from "../types.js" */

/** @typedef {0 | 1 | 2} Axis */

/**
 * @typedef {object} Lattice
 * @property {Triple} dims cells along right, anterior, superior
 * @property {[Axis, Axis, Axis]} axes the file's axis (i, j, k) along each of the view's
 * @property {Triple} steps places from a cell to the next; negative where the file runs the other way
 * @property {number} start place of cell 0, 0, 0
 * @property {Triple} voxelMm size of a cell
 * @property {Triple} originMm middle of cell 0, 0, 0 in the view's coordinates (see viewer/geometry)
 * @property {number} voxelMm3 |det| of the affine
 * @property {number} n voxels in all
 */

/** A part of a lattice: first cell, and the cell after the last.
 * @typedef {{start: Triple, stop: Triple}} Box */

const AXES = /** @type {const} */ ([0, 1, 2]);

/**
 * @param {Readonly<Triple>} shape voxels along i, j, k
 * @param {readonly (readonly number[])[]} affine voxel to RAS mm
 * @returns {Lattice}
 */
export function latticeOf(shape, affine) {
  const at = (/** @type {number} */ row, /** @type {number} */ column) => affine[row]?.[column] ?? 0;
  const axes = fileAxes(at);
  const jumps = [1, shape[0], shape[0] * shape[1]];
  const zero = worldOrigin(at);
  /** @type {Lattice} */
  const lattice = {
    dims: [0, 0, 0],
    axes,
    steps: [0, 0, 0],
    start: 0,
    voxelMm: [0, 0, 0],
    originMm: [0, 0, 0],
    voxelMm3: Math.abs(determinant(at)),
    n: shape[0] * shape[1] * shape[2],
  };
  for (const axis of AXES) {
    const file = axes[axis];
    const turned = at(axis, file) < 0;
    const n = shape[file];
    const jump = jumps[file] ?? 0;
    const size = Math.hypot(at(0, file), at(1, file), at(2, file));
    const origin = turned ? n - 1 - (zero[file] ?? 0) : (zero[file] ?? 0);
    lattice.dims[axis] = n;
    lattice.steps[axis] = turned ? -jump : jump;
    lattice.start += turned ? jump * (n - 1) : 0;
    lattice.voxelMm[axis] = size;
    lattice.originMm[axis] = -origin * size;
  }
  return lattice;
}

/**
 * Give the place of a cell in the file.
 * @param {Lattice} lattice
 * @param {number} x
 * @param {number} y
 * @param {number} z
 * @returns {number}
 */
export function placeOf({ start, steps }, x, y, z) {
  return start + x * steps[0] + y * steps[1] + z * steps[2];
}

/**
 * Give the position of a point of the view in cells: whole numbers are the middles of cells.
 * @param {Lattice} lattice
 * @param {Readonly<Triple>} point
 * @returns {Triple}
 */
export function toCells({ originMm, voxelMm }, point) {
  return [
    (point[0] - originMm[0]) / voxelMm[0],
    (point[1] - originMm[1]) / voxelMm[1],
    (point[2] - originMm[2]) / voxelMm[2],
  ];
}

/**
 * Say whether a cell lies in a lattice.
 * @param {Lattice} lattice
 * @param {Readonly<Triple>} cell whole numbers
 * @returns {boolean}
 */
export function holds({ dims }, cell) {
  return AXES.every((axis) => cell[axis] >= 0 && cell[axis] < dims[axis]);
}

/**
 * @param {Lattice} lattice
 * @returns {Box}
 */
export function wholeBox({ dims }) {
  return { start: [0, 0, 0], stop: [...dims] };
}

/**
 * Give the first cell of a part of a larger lattice.
 * @param {Lattice} whole
 * @param {Lattice} part
 * @param {Readonly<Triple>} offset the part's first voxel in the file of the whole
 * @returns {Triple}
 */
export function cornerOf(whole, part, offset) {
  return /** @type {Triple} */ (
    AXES.map((axis) => {
      const first = offset[whole.axes[axis]];
      return whole.steps[axis] < 0 ? whole.dims[axis] - first - part.dims[axis] : first;
    })
  );
}

/**
 * Give the box that holds two boxes.
 * @param {Box | null} one
 * @param {Box | null} other
 * @returns {Box | null}
 */
export function join(one, other) {
  if (!one || !other) {
    return one ?? other;
  }
  const pick = (/** @type {typeof Math.min} */ which, /** @type {"start" | "stop"} */ end) =>
    /** @type {Triple} */ (AXES.map((axis) => which(one[end][axis], other[end][axis])));
  return { start: pick(Math.min, "start"), stop: pick(Math.max, "stop") };
}

/**
 * Choose the file's axis for each axis of the view. The two largest entries decide in turn, as in
 * NiiVue: i first, then j.
 * @param {(row: number, column: number) => number} at
 * @returns {[Axis, Axis, Axis]}
 */
function fileAxes(at) {
  const size = (/** @type {number} */ row, /** @type {number} */ column) => Math.abs(at(row, column));
  /** @type {[Axis, Axis, Axis]} */
  const axes = [0, 1, 2];
  const i = size(2, 0) > size(0, 0) && size(2, 0) > size(1, 0) ? 2 : size(1, 0) > size(0, 0) ? 1 : 0;
  const [low, high] = /** @type {[Axis, Axis]} */ (AXES.filter((axis) => axis !== i));
  const j = size(low, 1) > size(high, 1) ? low : high;
  axes[i] = 0;
  axes[j] = 1;
  axes[/** @type {Axis} */ (3 - i - j)] = 2;
  return axes;
}

/**
 * Give the voxel coordinates of the world's origin: -inverse(M) t, by Cramer's rule.
 * @param {(row: number, column: number) => number} at
 * @returns {number[]}
 */
function worldOrigin(at) {
  const det = determinant(at);
  return AXES.map((column) =>
    determinant((row, other) => (other === column ? -at(row, 3) : at(row, other))) / det,
  );
}

/**
 * @param {(row: number, column: number) => number} at
 * @returns {number} of the upper left 3 x 3
 */
function determinant(at) {
  return (
    at(0, 0) * (at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1)) -
    at(0, 1) * (at(1, 0) * at(2, 2) - at(1, 2) * at(2, 0)) +
    at(0, 2) * (at(1, 0) * at(2, 1) - at(1, 1) * at(2, 0))
  );
}
