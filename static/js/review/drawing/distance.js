/** Signed distances on a slice: exact, between the middles of cells, with flat cells allowed. */

/**
 * A slice of a mask, row by row.
 * @typedef {object} Flat
 * @property {Uint8Array} inside
 * @property {number} width
 * @property {number} height
 * @property {number} dx mm from a cell to the next in a row
 * @property {number} dy mm from a row to the next
 */

/**
 * Give each cell's distance to the nearest cell of the other kind: negative inside.
 *
 * The lower envelope of parabolas, once along rows and once along columns (Felzenszwalb and
 * Huttenlocher 2012, doi:10.4086/toc.2012.v008a019).
 * @param {Flat} flat both kinds of cells must be there
 * @returns {Float64Array} mm
 */
export function signedDistance(flat) {
  const toInside = squaredDistance(flat, 1);
  const toOutside = squaredDistance(flat, 0);
  return toInside.map((value, at) => Math.sqrt(value) - Math.sqrt(toOutside[at] ?? 0));
}

/**
 * @param {Flat} flat
 * @param {0 | 1} kind
 * @returns {Float64Array} squared mm to the nearest cell of that kind
 */
function squaredDistance({ inside, width, height, dx, dy }, kind) {
  const out = Float64Array.from(inside, (value) => (value === kind ? 0 : Infinity));
  for (let row = 0; row < height; row += 1) {
    transform(out, row * width, 1, width, dx);
  }
  for (let column = 0; column < width; column += 1) {
    transform(out, column, width, height, dy);
  }
  return out;
}

/**
 * Take min over q of (p - q)^2 + f(q) along one line, in place.
 * @param {Float64Array} values
 * @param {number} start
 * @param {number} step
 * @param {number} n
 * @param {number} mm from one value to the next
 */
function transform(values, start, step, n, mm) {
  const f = Float64Array.from({ length: n }, (_, q) => values[start + q * step] ?? 0);
  const scale = mm * mm;
  /** Parabolas of the lower envelope, and from where on each is the lowest. @type {number[]} */
  const lowest = [];
  /** @type {number[]} */
  const from = [];
  for (let q = 0; q < n; q += 1) {
    const height = f[q] ?? 0;
    if (height === Infinity) {
      continue;
    }
    let cut = -Infinity;
    for (let last = lowest.at(-1); last !== undefined; last = lowest.at(-1)) {
      cut = ((height - (f[last] ?? 0)) / scale + q * q - last * last) / (2 * (q - last));
      if (cut > (from.at(-1) ?? 0)) {
        break;
      }
      lowest.pop();
      from.pop();
      cut = -Infinity;
    }
    lowest.push(q);
    from.push(cut);
  }
  let at = 0;
  for (let p = 0; p < n; p += 1) {
    while (at + 1 < lowest.length && (from[at + 1] ?? 0) <= p) {
      at += 1;
    }
    const q = lowest[at];
    values[start + p * step] = q === undefined ? Infinity : scale * (p - q) * (p - q) + (f[q] ?? 0);
  }
}
