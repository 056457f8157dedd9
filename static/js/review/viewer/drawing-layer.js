/** Put the mask of an ROI on the graphics card: all of it once, then only what a stroke touched.
 *
 * NiiVue's slice shader reads the drawing as a texture of the shown volume's size. Ours is one of
 * our own making, filled with the crop alone, in place of `loadDrawing`, which copies, turns and
 * compresses the whole volume on the main thread: seconds where a whole 0.5 mm scan is shown.
 */

/** @import {Inner} from "./niivue-types.js" */
/** @import {Box, Lattice} from "../drawing/orientation.js" */
/** @import {Triple} from "../types.js" */

import { placeOf, wholeBox } from "../drawing/orientation.js";

/** What a voxel of the texture holds: bits, since the shader draws two outlines. */
const MASK_BIT = 1;
const ORIGINAL_BIT = 2;

/** The mask on the screen, and the outline of the one that it was drawn from. */
export class DrawingLayer {
  /** @param {Pick<Inner, "gl" | "drawTexture">} nv attached to its canvas */
  constructor(nv) {
    this.nv = nv;
    /** @type {{lattice: Lattice, dims: Triple, corner: Triple} | null} */
    this.on = null;
    /** In file order, anything but 0 is drawn. @type {Uint8Array} */
    this.voxels = new Uint8Array();
    /** @type {Uint8Array | null} */
    this.original = null;
  }

  /**
   * Show the mask of another ROI.
   * @param {Lattice} lattice of the crop
   * @param {Uint8Array} voxels in file order on the crop's grid
   */
  show(lattice, voxels) {
    this.voxels = voxels;
    this.original = null;
    this.place(lattice, lattice.dims, [0, 0, 0]);
  }

  /**
   * Make room for the crop in the volume that is shown, and paint it there.
   * @param {Lattice} lattice of the crop
   * @param {Triple} dims cells of the volume
   * @param {Triple} corner first cell of the crop in it
   */
  place(lattice, dims, corner) {
    const { gl } = this.nv;
    this.on = { lattice, dims, corner };
    gl.deleteTexture(this.nv.drawTexture);
    this.nv.drawTexture = gl.createTexture();
    this.bind();
    for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.texParameteri(gl.TEXTURE_3D, name, gl.NEAREST);
    }
    for (const name of [gl.TEXTURE_WRAP_R, gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) {
      gl.texParameteri(gl.TEXTURE_3D, name, gl.CLAMP_TO_EDGE);
    }
    // WebGL hands out textures full of zeros: nothing is sent for what lies around the crop.
    gl.texStorage3D(gl.TEXTURE_3D, 1, gl.R8, ...dims);
    this.paint(wholeBox(lattice));
  }

  /**
   * Paint a mask that has changed.
   * @param {Uint8Array} voxels in file order on the crop's grid
   * @param {Box} [box] cells of the crop that changed; all of them if left out
   */
  setMask(voxels, box) {
    this.voxels = voxels;
    if (this.on) {
      this.paint(box ?? wholeBox(this.on.lattice));
    }
  }

  /**
   * Show the outline of another mask as a dashed line, or none.
   * @param {Uint8Array | null} voxels in file order on the crop's grid
   */
  setOriginal(voxels) {
    if (this.original !== voxels) {
      this.original = voxels;
      this.setMask(this.voxels);
    }
  }

  /** @param {Box} box cells of the crop */
  paint({ start, stop }) {
    if (!this.on) {
      return;
    }
    const { gl } = this.nv;
    const { lattice, corner } = this.on;
    const [w, h, d] = [stop[0] - start[0], stop[1] - start[1], stop[2] - start[2]];
    const cells = new Uint8Array(w * h * d);
    let at = 0;
    for (let z = start[2]; z < stop[2]; z += 1) {
      for (let y = start[1]; y < stop[1]; y += 1) {
        let place = placeOf(lattice, start[0], y, z);
        for (let x = 0; x < w; x += 1, at += 1, place += lattice.steps[0]) {
          cells[at] = (this.voxels[place] ? MASK_BIT : 0) | (this.original?.[place] ? ORIGINAL_BIT : 0);
        }
      }
    }
    this.bind();
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texSubImage3D(
      gl.TEXTURE_3D, 0, corner[0] + start[0], corner[1] + start[1], corner[2] + start[2], w, h, d,
      gl.RED, gl.UNSIGNED_BYTE, cells,
    );
  }

  bind() {
    const { gl } = this.nv;
    gl.activeTexture(gl.TEXTURE7); // NiiVue's unit for the drawing
    gl.bindTexture(gl.TEXTURE_3D, this.nv.drawTexture);
  }
}
