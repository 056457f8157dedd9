/** The fragment shader that paints one plane: the image through its window, and the mask's outline on it.
 *
 * Image: voxels as the file has them (`voxels`, int16), found by `toFile`, interpolated in the plane
 * and spread over black to white by `blackWhite`; so another window costs one redraw, of a crop or of
 * a whole scan. Outline: it follows the voxel edges. A pixel belongs to it where the drawing changes
 * within LINE pixels in the plane, so it is 2 x LINE pixels wide with the true edge in its middle; a
 * dark casing stands on both sides, since yellow alone is not seen on white.
 * The drawing holds bits (see drawing-layer.js): 1 for the mask, 2 for the one that it was drawn from,
 * whose outline is a thin dashed line inside of its edge and below the mask's.
 * NiiVue finds its uniforms by name, one declaration each: `drawRimOpacity` is the outline's opacity,
 * `drawOpacity` the fill's.
 */

/** The outline's colour: the token --mask of site.css. */
export const MASK_RGB = [255, 216, 61];

/** The dashed line's colours: one of the two stands out from any grey. */
const DASH_RGB = [255, 138, 216];
const BETWEEN_RGB = [16, 16, 16];
/** Length of a dash in pixels of the line's width. */
const DASH = 4;

/**
 * Give the shader's text.
 * @param {number} line pixels of the device on either side of the edge, 1 or more
 * @returns {string}
 */
export function contourShader(line) {
  const wide = Math.max(1, Math.round(line));
  return `#version 300 es
precision highp int;
precision highp float;
uniform highp isampler3D voxels;
uniform highp sampler3D drawing;
uniform mat4 toFile;
uniform vec3 dimsRas;
uniform vec2 blackWhite;
uniform int axCorSag;
uniform float drawOpacity;
uniform float drawRimOpacity;
in vec3 texPos;
out vec4 color;
const vec3 MASK = vec3(${rgb(MASK_RGB)});
const vec3 DASH = vec3(${rgb(DASH_RGB)});
const vec3 BETWEEN = vec3(${rgb(BETWEEN_RGB)});
const vec3 CASING = vec3(0.0);
const int LINE = ${wide};
const int REACH = ${2 * wide};
float stored(vec3 ras) {
  ivec3 at = ivec3(round((toFile * vec4(clamp(ras, vec3(0.0), dimsRas - 1.0), 1.0)).xyz));
  return float(texelFetch(voxels, at, 0).r);
}
float interpolated() {
  vec3 ras = texPos * dimsRas - 0.5;
  vec3 right = axCorSag > 1 ? vec3(0, 1, 0) : vec3(1, 0, 0);
  vec3 up = axCorSag > 0 ? vec3(0, 0, 1) : vec3(0, 1, 0);
  vec3 depth = vec3(1) - right - up;
  vec3 low = mix(floor(ras), floor(ras + 0.5), depth);
  float x = dot(ras - low, right), y = dot(ras - low, up);
  return mix(mix(stored(low), stored(low + right), x),
    mix(stored(low + up), stored(low + right + up), x), y);
}
int bits(vec3 at) { return int(texture(drawing, at).r * 255.0 + 0.5); }
bool drawn(vec3 at) { return (bits(at) & 1) != 0; }
bool wasDrawn(vec3 at) { return (bits(at) & 2) != 0; }
bool atOldEdge(vec3 at, vec3 right, vec3 up) {
  if (!wasDrawn(at)) return false;
  for (int n = 1; n <= LINE; n++) {
    float d = float(n);
    if (!wasDrawn(at + d * right) || !wasDrawn(at - d * right)
      || !wasDrawn(at + d * up) || !wasDrawn(at - d * up)) return true;
  }
  return false;
}
void main(void) {
  float grey = clamp((interpolated() - blackWhite.x) / (blackWhite.y - blackWhite.x), 0.0, 1.0);
  vec3 right = dFdx(texPos), up = dFdy(texPos);
  // A voxel's edge may fall on the very middle of a pixel: look a little beside it, always alike.
  vec3 at = texPos + 0.03 * (right + up);
  bool here = drawn(at);
  int edge = REACH + 1;
  for (int n = REACH; n >= 1; n--) {
    float d = float(n);
    if (drawn(at + d * right) != here || drawn(at - d * right) != here
      || drawn(at + d * up) != here || drawn(at - d * up) != here) edge = n;
  }
  vec3 painted = mix(vec3(grey), MASK, here ? drawOpacity : 0.0);
  if (atOldEdge(at, right, up)) {
    float along = mod(gl_FragCoord.x + gl_FragCoord.y, float(2 * ${DASH} * LINE));
    painted = mix(painted, along < float(${DASH} * LINE) ? DASH : BETWEEN, drawRimOpacity);
  }
  vec3 line = edge <= LINE ? MASK : CASING;
  color = vec4(mix(painted, line, edge <= REACH ? drawRimOpacity : 0.0), 1.0);
}
`;
}

/**
 * @param {readonly number[]} colour 0 to 255
 * @returns {string} as the shader writes it
 */
function rgb(colour) {
  return colour.map((value) => (value / 255).toFixed(4)).join(", ");
}
