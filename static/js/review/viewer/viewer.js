/** The one door to NiiVue: volumes in, three planes out. */

/** @import {NVImage} from "@niivue/niivue" */
/** @import {Library} from "./niivue-types.js" */
/** @import {Tile, View} from "./geometry.js" */
/** @import {Triple} from "../types.js" */

import { contourShader } from "./contour-shader.js";
import { Frame } from "./frame.js";
import { fieldOf } from "./geometry.js";
import { checkSameGrid, paste } from "./grid.js";
import { ImageLayer } from "./image-layer.js";
import { drawOnDemand, fillTiles, skipSurfaces, skipTextures } from "./niivue-patches.js";

/**
 * @typedef {object} Volume a decoded file
 * @property {NVImage} image
 * @property {Triple} shape
 * @property {number[][]} affine 4 x 4, voxel to RAS mm
 */

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
   * @param {{fontUrl: string, radiological: boolean}} options
   */
  constructor(canvas, { fontUrl, radiological }) {
    /** @type {Library} */
    this.library = /** @type {any} */ (globalThis).niivue;
    this.canvas = canvas;
    this.nv = new this.library.Niivue({ ...OPTIONS, isRadiologicalConvention: radiological });
    this.nv.DEFAULT_FONT_GLYPH_SHEET = fontUrl;
    this.nv.loadDefaultMatCap = async () => null;
    /** @type {Tile[]} */
    this.tiles = [];
    /** @type {View} */
    this.view = { centre: [0, 0, 0], extentMm: 1, radiological };
    this.draw = () => {};
    /** The coordinates of what is shown. @type {Frame | null} */
    this.shownFrame = null;
    /** @type {ImageLayer | null} */
    this.layer = null;
  }

  /** Make the WebGL context and compile the shaders; the page needs it before the first ROI. */
  async start() {
    const { nv } = this;
    skipSurfaces(nv);
    skipTextures(nv);
    fillTiles(nv, (plane) => {
      const tile = this.tiles.find((one) => one.plane === plane);
      return tile ? fieldOf(tile, this.view) : null;
    });
    this.draw = drawOnDemand(nv);
    await nv.attachToCanvas(this.canvas, false);
    nv.setCustomSliceShader(contourShader(devicePixelRatio));
    this.layer = new ImageLayer(nv);
    nv.drawRimOpacity = 1;
    nv.drawOpacity = 0;
  }

  /**
   * Decode a .nii file.
   * @param {ArrayBuffer} bytes
   * @param {[number, number]} [range] intensities between which it is shown
   * @returns {Promise<Volume>}
   */
  async decode(bytes, range) {
    const image = await this.library.NVImage.new(
      bytes, "volume.nii", "gray", 1, null, range?.[0] ?? NaN, range?.[1] ?? NaN,
    );
    const { hdr } = image;
    if (!hdr) {
      throw new Error("expected a NIfTI file, came something else");
    }
    /** @type {Triple} */
    const shape = [hdr.dims[1] ?? 0, hdr.dims[2] ?? 0, hdr.dims[3] ?? 0];
    return { image, shape, affine: hdr.affine };
  }

  /**
   * Show an image with the outline of a mask on its grid.
   * @param {Volume} volume
   * @param {Volume} mask
   * @param {[number, number]} range
   * @throws {GridError} the two don't lie on one grid
   */
  show(volume, mask, range) {
    checkSameGrid(volume, mask);
    this.setVolume(volume, range);
    this.setDrawing(mask.image);
  }

  /**
   * Show a whole scan with the mask of a crop at its place.
   * @param {Volume} scan
   * @param {Volume} mask
   * @param {Readonly<Triple>} offset first voxel of the mask on the scan's grid
   * @param {[number, number]} range
   */
  showWhole(scan, mask, offset, range) {
    const voxels = paste(/** @type {Uint8Array} */ (mask.image.img), mask.shape, offset, scan.shape);
    this.setVolume(scan, range);
    // A drawing needs the scan's header and orientation with voxels of its own.
    this.setDrawing(Object.create(scan.image, { img: { value: voxels } }));
  }

  /**
   * Choose the intensities that are black and white.
   * @param {Readonly<[number, number]>} range
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
   * @param {[number, number]} range
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

  /** @param {NVImage} drawing */
  setDrawing(drawing) {
    if (!this.nv.loadDrawing(drawing)) {
      throw new Error("NiiVue refused the mask");
    }
  }
}
