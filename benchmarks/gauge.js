/** Count the WebGL textures of a page and the bytes that they take. */

(() => {
  const BYTES = {
    R8: 1, R8UI: 1, R8I: 1, RG8: 2, R16I: 2, R16UI: 2, R16F: 2, RGB8: 3, RGBA8: 4, RGBA8UI: 4,
    R32F: 4, R32I: 4, R32UI: 4, RGBA16F: 8, RGBA32F: 16, RGBA: 4, RGB: 3, RED: 1, LUMINANCE: 1, ALPHA: 1,
  };
  const gl = WebGL2RenderingContext.prototype;
  const bytesOf = new Map(
    Object.entries(BYTES).flatMap(([name, bytes]) => (name in gl ? [[gl[name], bytes]] : [])),
  );
  /** @type {Map<number, number>} bytes by texture; the textures themselves are not held */
  const sizes = new Map();
  const numbers = new WeakMap();
  const unknown = new Set();
  const gone = new FinalizationRegistry((number) => sizes.delete(number));
  const units = new Map();
  let made = 0;
  let unit = 0;

  /**
   * @param {string} name
   * @param {(words: any[], given: any) => void} note
   */
  const watch = (name, note) => {
    const original = gl[name];
    gl[name] = function (...words) {
      const given = original.apply(this, words);
      note(words, given);
      return given;
    };
  };
  const resize = (target, format, ...sides) => {
    const number = numbers.get(units.get(`${unit} ${target}`));
    if (!bytesOf.has(format)) {
      unknown.add(format);
    }
    sizes.set(number, sides.reduce((a, b) => a * b, bytesOf.get(format) ?? 4));
  };
  watch("createTexture", (_, texture) => {
    made += 1;
    numbers.set(texture, made);
    sizes.set(made, 0);
    gone.register(texture, made);
  });
  watch("deleteTexture", ([texture]) => texture && sizes.delete(numbers.get(texture)));
  watch("activeTexture", ([to]) => {
    unit = to - gl.TEXTURE0;
  });
  watch("bindTexture", ([target, texture]) => {
    units.set(`${unit} ${target}`, texture);
  });
  watch("texStorage2D", ([target, , format, w, h]) => resize(target, format, w, h));
  watch("texStorage3D", ([target, , format, w, h, d]) => resize(target, format, w, h, d));
  watch("texImage3D", ([target, , format, w, h, d]) => resize(target, format, w, h, d));
  watch("texImage2D", ([target, level, format, ...more]) => {
    const [w, h] = more.length > 5 ? more : [more.at(-1).width, more.at(-1).height];
    if (level === 0) {
      resize(target, format, w, h);
    }
  });

  /** @returns {{textures: number, bytes: number, made: number, unknown: number[]}} */
  window.gauge = () => ({
    textures: sizes.size,
    bytes: [...sizes.values()].reduce((a, b) => a + b, 0),
    made,
    unknown: [...unknown],
  });
})();
