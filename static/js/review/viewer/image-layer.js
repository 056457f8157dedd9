/** Keep the image of the planes on the graphics card: one texture of the file's own voxels.
 *
 * NiiVue would turn the voxels and put them through the window into a second texture of four bytes
 * each, anew for every window. The shader does both as it paints: half the memory, no pass over the
 * volume, and nothing left behind by the next ROI.
 */

/** @import {NVImage} from "@niivue/niivue" */
/** @import {Inner} from "./niivue-types.js" */

/** A texture unit that NiiVue only uses for what we don't offer (grow-cut). */
const UNIT = 12;

/** The image behind the outline. */
export class ImageLayer {
  /** @param {Inner} nv with its slice shader set */
  constructor(nv) {
    const { gl } = nv;
    this.gl = gl;
    this.program = nv.customSliceShader.program;
    gl.useProgram(this.program);
    gl.uniform1i(this.uniform("voxels"), UNIT);
    /** @type {WebGLTexture | null} */
    this.texture = null;
    this.dims = [0, 0, 0];
  }

  /**
   * Put a volume up.
   * @param {NVImage} image int16
   */
  show(image) {
    const { gl } = this;
    const [, i = 0, j = 0, k = 0] = image.hdr?.dims ?? [];
    const voxels = image.img;
    if (!(voxels instanceof Int16Array)) {
      throw new Error(`expected voxels of 16 bits, came ${voxels?.constructor.name ?? "none"}`);
    }
    this.reserve(i, j, k);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texSubImage3D(gl.TEXTURE_3D, 0, 0, 0, 0, i, j, k, gl.RED_INTEGER, gl.SHORT, voxels);
    gl.activeTexture(gl.TEXTURE0);
    gl.useProgram(this.program);
    gl.uniformMatrix4fv(this.uniform("toFile"), false, toFile(image));
    gl.uniform3fv(this.uniform("dimsRas"), (image.dimsRAS ?? []).slice(1, 4));
  }

  /**
   * Choose the intensities that are black and white.
   * @param {Readonly<[number, number]>} range in the voxels' own numbers
   */
  setRange(range) {
    this.gl.useProgram(this.program);
    this.gl.uniform2f(this.uniform("blackWhite"), range[0], range[1]);
  }

  /**
   * Have a texture of these sides bound: the last one where it fits.
   * @param {number} i
   * @param {number} j
   * @param {number} k
   */
  reserve(i, j, k) {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE0 + UNIT);
    if (this.texture && [i, j, k].every((n, axis) => n === this.dims[axis])) {
      gl.bindTexture(gl.TEXTURE_3D, this.texture);
      return;
    }
    gl.deleteTexture(this.texture);
    this.texture = gl.createTexture();
    this.dims = [i, j, k];
    gl.bindTexture(gl.TEXTURE_3D, this.texture);
    for (const which of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.texParameteri(gl.TEXTURE_3D, which, gl.NEAREST);
    }
    gl.texStorage3D(gl.TEXTURE_3D, 1, gl.R16I, i, j, k);
  }

  /**
   * @param {string} name
   * @returns {WebGLUniformLocation | null}
   */
  uniform(name) {
    return this.gl.getUniformLocation(this.program, name);
  }
}

/**
 * Give the matrix from voxels counted along right, anterior and superior to voxels of the file.
 * @param {{permRAS?: readonly number[], hdr?: {dims: readonly number[]} | null}} image
 * @returns {number[]} 4 x 4, column by column
 */
export function toFile({ permRAS = [], hdr }) {
  const matrix = new Array(16).fill(0);
  permRAS.forEach((signed, axis) => {
    const file = Math.abs(signed) - 1;
    matrix[axis * 4 + file] = Math.sign(signed);
    matrix[12 + file] = signed < 0 ? (hdr?.dims[file + 1] ?? 0) - 1 : 0;
  });
  matrix[15] = 1;
  return matrix;
}
