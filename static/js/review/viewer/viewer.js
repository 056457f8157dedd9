/** The one door to NiiVue: volumes in, three planes out. */

/** @import {Inner, Library} from "./niivue-types.js" */
/** @import {Range} from "./window.js" */
/** @import {Tile, View} from "./geometry.js" */
/** @import {Triple} from "../types.js" */

import { cornerOf, latticeOf } from "../drawing/orientation.js";
import { contourShader } from "./contour-shader.js";
import { decode } from "./decoding.js";
import { DrawingLayer } from "./drawing-layer.js";
import { Frame } from "./frame.js";
import { fieldOf } from "./geometry.js";
import { GridError } from "./grid.js";
import { ImageLayer } from "./image-layer.js";
import { drawOnDemand, fillTiles, skipStatistics, skipTextures, startLean } from "./niivue-patches.js";

/** @typedef {import("./decoding.js").Volume} Volume */

/** The browser can't paint the planes. */
export class NoPlanesError extends Error {}

const OPTIONS = {
  backColor: [0, 0, 0, 1],
  crosshairWidth: 0, // the page draws its own, thinner than a voxel
  dragAndDropEnabled: false,
  interactive: false,
  isOrientationTextVisible: false,
  isResizeCanvas: false,
  isSliceMM: false,
  loadingText: "",
  logLevel: "error",
  show3Dcrosshair: false,
};

/** One NiiVue instance, kept for the whole session. */
export class Viewer {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{radiological: boolean}} options
   */
  constructor(canvas, { radiological }) {
    /** @type {Library} */
    this.library = /** @type {any} */ (globalThis).niivue;
    this.canvas = canvas;
    this.nv = this.instance(radiological);
    /** @type {Tile[]} */
    this.tiles = [];
    /** @type {View} */
    this.view = { centre: [0, 0, 0], extentMm: 1, radiological };
    this.draw = () => {};
    /** The coordinates of what is shown. @type {Frame | null} */
    this.shownFrame = null;
    /** @type {ImageLayer | null} */
    this.layer = null;
    this.drawing = new DrawingLayer(this.nv);
  }

  /**
   * @param {boolean} radiological
   * @returns {Inner}
   */
  instance(radiological) {
    const nv = new this.library.Niivue({ ...OPTIONS, isRadiologicalConvention: radiological });
    skipStatistics(this.library);
    startLean(nv);
    skipTextures(nv);
    fillTiles(nv, (plane) => {
      const tile = this.tiles.find((one) => one.plane === plane);
      return tile ? fieldOf(tile, this.view) : null;
    });
    return nv;
  }

  /**
   * Make the WebGL context and compile the shaders; the page needs it before the first ROI.
   * @throws {NoPlanesError} there is no WebGL 2
   */
  async start() {
    if (!this.canvas.getContext("webgl2", { alpha: true, antialias: false })) {
      throw new NoPlanesError(
        "This browser can't show the planes: it has no WebGL 2, or it is switched off. " +
          "Open the page in a current Firefox, Chrome, Edge or Safari with hardware acceleration on.",
      );
    }
    await this.attach();
  }

  /** Begin anew after the graphics card was reset: nothing of before is left on it. */
  async restart() {
    this.nv = this.instance(this.view.radiological);
    this.drawing.nv = this.nv;
    await this.attach();
  }

  async attach() {
    const { nv } = this;
    this.draw = drawOnDemand(nv);
    await nv.attachToCanvas(this.canvas, false);
    nv.setCustomSliceShader(contourShader(devicePixelRatio));
    this.layer = new ImageLayer(nv);
    nv.drawRimOpacity = 1;
    nv.drawOpacity = 0;
  }

  /**
   * @param {ArrayBuffer} bytes
   * @returns {Promise<Volume>}
   */
  decode(bytes) {
    return decode(this.library, bytes);
  }

  /**
   * Show an image with the outline of a mask on its grid.
   * @param {Volume} volume
   * @param {Volume} mask
   * @param {Range} range
   */
  show(volume, mask, range) {
    this.setVolume(volume, range);
    this.drawing.show(latticeFor(volume), /** @type {Uint8Array} */ (mask.image.img));
  }

  /**
   * Show a whole scan with the mask that is shown on a crop at its place.
   * @param {Volume} scan
   * @param {Volume} crop
   * @param {Readonly<Triple>} offset first voxel of the crop on the scan's grid
   * @param {Range} range
   */
  showWhole(scan, crop, offset, range) {
    const [whole, part] = [latticeFor(scan), latticeFor(crop)];
    this.setVolume(scan, range);
    this.drawing.place(part, whole.dims, cornerOf(whole, part, offset));
  }

  /**
   * Choose the intensities that are black and white.
   * @param {Readonly<Range>} range
   */
  setRange(range) {
    this.layer?.setRange(range);
  }

  /**
   * Set how strongly the mask shows.
   * @param {{rim: number, fill: number}} opacity 0 to 1 each
   */
  setOpacity({ rim, fill }) {
    this.nv.drawRimOpacity = rim;
    this.nv.drawOpacity = fill;
  }

  /**
   * Place the tiles. The canvas takes as many pixels as the screen has.
   * @param {Tile[]} tiles CSS pixels
   * @param {number} width
   * @param {number} height
   */
  setTiles(tiles, width, height) {
    this.tiles = tiles;
    this.canvas.width = Math.round(width * devicePixelRatio);
    this.canvas.height = Math.round(height * devicePixelRatio);
    // Whole pixels: a stage of 721.6 pixels would smear the picture over 722.
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.nv.setCustomLayout(
      tiles.map((tile) => ({
        sliceType: tile.plane,
        position: [tile.left / width, tile.top / height, tile.width / width, tile.height / height],
      })),
    );
  }

  /**
   * Choose the slices: those through a point.
   * @param {Readonly<Triple>} point as `toPoint` gives
   */
  setSlices(point) {
    this.nv.scene.crosshairPos = this.frame.fractionOf(point);
  }

  /** The coordinates of what is shown. @returns {Frame} */
  get frame() {
    if (!this.shownFrame) {
      throw new Error("no volume is shown");
    }
    return this.shownFrame;
  }

  /**
   * @param {Volume} volume
   * @param {Range} range
   */
  setVolume(volume, range) {
    const { nv } = this;
    nv.volumes = [volume.image];
    nv.back = volume.image;
    nv.overlays = [];
    nv.updateGLVolume();
    this.shownFrame = new Frame(volume.image);
    this.layer?.show(volume.image);
    this.setRange(range);
  }
}

/**
 * Lay a volume's voxels along the axes of the view, as NiiVue does.
 * @param {Volume} volume
 * @returns {import("../drawing/orientation.js").Lattice}
 * @throws {GridError} NiiVue lays them otherwise: what is drawn would not be what is seen
 */
export function latticeFor({ image, shape, affine }) {
  const lattice = latticeOf(shape, affine);
  if (lattice.steps.some((step, axis) => step !== image.img2RASstep?.[axis])) {
    throw new GridError(`expected steps of ${image.img2RASstep}, came ${lattice.steps}`);
  }
  return lattice;
}
