/** Make a Niivue instance paint our tiles and nothing else: the only code that reaches inside it.
 *
 * Written against the vendored 0.69.0; tests/browser checks each effect, so that a new version that
 * moves these parts is noticed.
 */

/** @import {Inner} from "./niivue-types.js" */

/** Texture units of the two passes that only NiiVue's 3-D render needs. */
const GRADIENT_UNITS = [33990, 33992];

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
 * Leave out the two passes over the whole volume that make gradients for the 3-D render.
 *
 * They are loops over `dims[3]` slices, begun by asking for a texture of `dims`: give a texture of
 * one voxel and, until the update is over, no slices.
 * @param {Inner} nv
 */
export function skipGradients(nv) {
  const make = nv.rgbaTex.bind(nv);
  const update = nv.updateGLVolume.bind(nv);
  nv.rgbaTex = (texture, unit, dims, init) => {
    if (GRADIENT_UNITS.includes(unit) && dims === nv.volumes[0]?.hdr?.dims) {
      dims[3] = 0;
      return make(texture, unit, [3, 1, 1, 1], init);
    }
    return make(texture, unit, dims, init);
  };
  nv.updateGLVolume = () => {
    const dims = nv.volumes[0]?.hdr?.dims;
    const depth = dims?.[3] ?? 0;
    try {
      update();
    } finally {
      if (dims) {
        dims[3] = depth;
      }
    }
  };
}

/**
 * Leave out the shaders for surfaces: a dozen programs that every start would compile for nothing.
 * @param {Inner} nv not attached to its canvas yet
 */
export function skipSurfaces(nv) {
  nv.meshShaders = [];
}

/**
 * Draw only when we say so: NiiVue draws after every change, we once a frame.
 * @param {Inner} nv
 * @returns {() => void} draw now
 */
export function drawOnDemand(nv) {
  const draw = nv.drawScene.bind(nv);
  nv.drawScene = () => undefined;
  return () => {
    draw();
  };
}
