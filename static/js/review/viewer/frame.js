/** Turn points of the view into world mm, voxels and intensities of one volume, and back. */

/** @import {NVImage} from "@niivue/niivue" */
/** @import {Triple} from "../types.js" */

import { toFile } from "./image-layer.js";

/** The coordinates of one volume. */
export class Frame {
  /** @param {NVImage} image */
  constructor(image) {
    this.image = image;
    /** The corners and the voxel's size in the view's coordinates (see geometry.js). */
    this.min = triple(image.extentsMinOrtho);
    this.max = triple(image.extentsMaxOrtho);
    this.size = triple(this.max.map((value, axis) => value - (this.min[axis] ?? 0)));
    this.voxel = triple(image.pixDimsRAS?.slice(1, 4));
    this.cells = triple(image.dimsRAS?.slice(1, 4));
    this.matrix = toFile(image);
  }

  /**
   * @param {Readonly<Triple>} ras RAS mm
   * @returns {Triple}
   */
  fromWorld(ras) {
    // Without `true` NiiVue is wrong by up to 65 mm on oblique volumes.
    const fraction = triple(Array.from(this.image.convertMM2Frac([...ras], true)));
    return triple(fraction.map((value, axis) => value * (this.size[axis] ?? 0) + (this.min[axis] ?? 0)));
  }

  /**
   * @param {Readonly<Triple>} point
   * @returns {Triple} RAS mm
   */
  toWorld(point) {
    const matrix = this.image.frac2mm ?? [];
    const [x, y, z] = this.fractionOf(point);
    const row = (/** @type {number} */ i) =>
      (matrix[i] ?? 0) * x + (matrix[i + 4] ?? 0) * y + (matrix[i + 8] ?? 0) * z + (matrix[i + 12] ?? 0);
    return [row(0), row(1), row(2)];
  }

  /**
   * Give the distance of two points in the world: on a sheared grid it is not that of the view.
   * @param {Readonly<Triple>} one
   * @param {Readonly<Triple>} other
   * @returns {number} mm
   */
  distance(one, other) {
    const [a, b] = [this.toWorld(one), this.toWorld(other)];
    return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  }

  /**
   * Give the voxel that holds a point, null outside of the volume.
   * @param {Readonly<Triple>} point
   * @returns {Triple | null} i, j, k of the file, from 0
   */
  voxelAt(point) {
    const cell = this.cellAt(point);
    if (!cell) {
      return null;
    }
    const { matrix } = this;
    return triple(
      [0, 1, 2].map(
        (file) => cell.reduce((sum, n, axis) => sum + n * (matrix[axis * 4 + file] ?? 0), matrix[12 + file] ?? 0),
      ),
    );
  }

  /**
   * Give the intensity of the voxel that holds a point, null outside of the volume.
   * @param {Readonly<Triple>} point
   * @returns {number | null}
   */
  valueAt(point) {
    const voxel = this.voxelAt(point);
    const [, ni = 0, nj = 0] = this.image.hdr?.dims ?? [];
    return voxel ? Number(this.image.img?.[voxel[0] + ni * (voxel[1] + nj * voxel[2])]) : null;
  }

  /**
   * @param {Readonly<Triple>} point
   * @returns {Triple | null} the voxel, counted along right, anterior and superior
   */
  cellAt(point) {
    const fraction = this.fractionOf(point);
    if (fraction.some((value) => !(value >= 0 && value < 1))) {
      return null;
    }
    return triple(fraction.map((value, axis) => Math.floor(value * (this.cells[axis] ?? 0))));
  }

  /**
   * @param {Readonly<Triple>} point
   * @returns {Triple} 0 to 1 along the axes nearest to right, anterior and superior
   */
  fractionOf(point) {
    return triple(point.map((value, axis) => (value - (this.min[axis] ?? 0)) / (this.size[axis] ?? 1)));
  }
}

/**
 * @param {readonly number[] | undefined} values
 * @returns {Triple}
 */
function triple(values) {
  return [values?.[0] ?? 0, values?.[1] ?? 0, values?.[2] ?? 0];
}
