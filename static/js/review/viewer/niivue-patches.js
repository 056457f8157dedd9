/** Make a Niivue instance paint our tiles and nothing else: the only code that reaches inside it.
 *
 * Written against the vendored 0.69.0; tests/browser checks each effect, so that a new version that
 * moves these parts is noticed.
 */

/** @import {Inner, Library} from "./niivue-types.js" */

/** Corners of the unit square as a strip of triangles, in the order of NiiVue's own. */
const RECTANGLE = [1, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0];

/**
 * Let every tile show exactly the field that we ask for, filled to its edges, without NiiVue's text.
 * @param {Inner} nv
 * @param {(plane: number) => {min: [number, number], max: [number, number]} | null} fieldOf
 *   field of the tile that shows a plane, in mm across and up
 */
export function fillTiles(nv, fieldOf) {
  const whole = nv.screenFieldOfViewExtendedVox.bind(nv);
  nv.calculateWidthHeight = (_plane, _scale, width, height) => [width, height];
  // Tiles come as fractions of the canvas; a viewport cuts off what rounding left behind.
  nv.draw2D = (rect, plane, mm) => nv.draw2DMain(rect.map(Math.round), plane, mm);
  nv.screenFieldOfViewExtendedVox = (plane) => {
    const screen = whole(plane);
    const field = fieldOf(plane);
    if (field) {
      [screen.mnMM[0], screen.mnMM[1]] = field.min;
      [screen.mxMM[0], screen.mxMM[1]] = field.max;
      screen.fovMM[0] = field.max[0] - field.min[0];
      screen.fovMM[1] = field.max[1] - field.min[1];
    }
    return screen;
  };
}

/**
 * Keep NiiVue's geometry and leave out its pixels: we paint from a texture of our own (image-layer.js).
 *
 * Its update turns the voxels slice by slice through the window into one texture, makes gradients of
 * it for the 3-D render into two more, and leaves a vertex array behind each time.
 * @param {Inner} nv
 */
export function skipTextures(nv) {
  nv.updateGLVolume = () => {
    const { back } = nv;
    if (back?.dimsRAS && back.pixDimsRAS) {
      const { dimsRAS, pixDimsRAS } = back;
      back.dims = dimsRAS;
      back.pixDims = pixDimsRAS;
      const sides = [1, 2, 3].map((axis) => (dimsRAS[axis] ?? 0) * (pixDimsRAS[axis] ?? 0));
      nv.volumeObject3D = { fieldOfViewDeObliqueMM: sides, extentsMin: [0, 0, 0], extentsMax: sides };
    }
  };
}

/**
 * Leave out the statistics of every image: two loops over all voxels for windows that we don't use.
 * @param {Library} library
 */
export function skipStatistics(library) {
  library.NVImage.prototype.calMinMax = () => [0, 1, 0, 1];
}

/**
 * Begin with the rectangle that the slice shader paints on, and nothing else: NiiVue would compile
 * some forty programs for surfaces, gradients, 3-D renders and text, and wait for each of them.
 * @param {Inner} nv not attached to its canvas yet
 */
export function startLean(nv) {
  nv.init = async () => {
    const { gl } = nv;
    nv.genericVAO = gl.createVertexArray();
    gl.bindVertexArray(nv.genericVAO);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(RECTANGLE), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 3, gl.FLOAT, false, 0, 0);
    gl.bindVertexArray(null);
    nv.initialized = true;
    return nv;
  };
}

/**
 * Draw only when we say so: NiiVue draws after every change and waits for the graphics card each
 * time, we once a frame and without waiting.
 * @param {Inner} nv
 * @returns {() => void} draw now
 */
export function drawOnDemand(nv) {
  nv.drawScene = () => undefined;
  return () => {
    nv.drawSceneCore();
  };
}
