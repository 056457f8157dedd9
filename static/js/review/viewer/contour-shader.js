/** The fragment shader that paints one plane: the image, and the outline of the drawing on it.
 *
 * NiiVue finds the uniforms by name, one declaration each. The outline follows the voxel edges: a pixel belongs to it
 * where the drawing changes within LINE pixels in the plane, so it is 2 x LINE pixels wide with the
 * true edge in its middle. `drawRimOpacity` is the outline's opacity, `drawOpacity` the fill's.
 */

/** The outline's colour: the token --mask of site.css. */
export const MASK_RGB = [255, 216, 61];

/**
 * Give the shader's text.
 * @param {number} line pixels of the device on either side of the edge, 1 or more
 * @returns {string}
 */
export function contourShader(line) {
  const colour = MASK_RGB.map((value) => (value / 255).toFixed(4)).join(", ");
  return `#version 300 es
precision highp int;
precision highp float;
uniform highp sampler3D volume;
uniform highp sampler3D drawing;
uniform float drawOpacity;
uniform float drawRimOpacity;
in vec3 texPos;
out vec4 color;
const vec3 MASK = vec3(${colour});
const int LINE = ${Math.max(1, Math.round(line))};
bool drawn(vec3 at) { return texture(drawing, at).r > 0.0; }
void main(void) {
  vec3 right = dFdx(texPos), up = dFdy(texPos);
  // A voxel's edge may fall on the very middle of a pixel: look a little beside it, always alike.
  vec3 at = texPos + 0.03 * (right + up);
  bool here = drawn(at), edge = false;
  for (int n = 1; n <= LINE; n++) {
    float d = float(n);
    edge = edge || drawn(at + d * right) != here || drawn(at - d * right) != here
      || drawn(at + d * up) != here || drawn(at - d * up) != here;
  }
  float cover = edge ? drawRimOpacity : here ? drawOpacity : 0.0;
  color = vec4(mix(texture(volume, texPos).rgb, MASK, cover), 1.0);
}
`;
}
