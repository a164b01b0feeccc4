/**
 * Images to the network's size, class maps back: the arithmetic of Python.
 *
 * Training, evaluation and the edge runner resize with Pillow's bicubic
 * filter. It computes in integers, and so does this, to the last bit: columns
 * first, then rows, each pass
 *
 *     out[i] = clip((2^21 + sum_t in[first_i + t] k[i, t]) >> 22, 0, 255)
 *
 * with the weights k of the cubic (a = -1/2), stretched by the scale where
 * the image shrinks, normalised, and rounded to multiples of 2^-22.
 */

const BITS = 22;

/**
 * Resizes an RGB image.
 *
 * @param {Uint8Array} image Pixels, `height * width * 3`.
 * @param {number[]} from Its [height, width].
 * @param {number[]} to The wanted [height, width].
 * @return {Uint8Array} Pixels of the wanted size.
 */
export function resizeImage(image, from, to) {
  let [height, width] = from;
  if (width !== to[1]) {
    image = resizeAxis(image, height, width, to[1], 3);
    width = to[1];
  }
  if (height !== to[0]) image = resizeAxis(image, 1, height, to[0], width * 3);
  return image;
}

/**
 * Resizes the middle axis of `(outer, length, inner)` pixels.
 */
function resizeAxis(pixels, outer, length, newLength, inner) {
  const output = new Uint8Array(outer * newLength * inner);
  const plan = weights(length, newLength);
  const sums = new Int32Array(inner);
  for (let line = 0; line < outer; line++) {
    for (let i = 0; i < newLength; i++) {
      const { first, kernel } = plan[i];
      sums.fill(1 << (BITS - 1));
      for (let tap = 0; tap < kernel.length; tap++) {
        const at = (line * length + first + tap) * inner;
        const weight = kernel[tap];
        for (let j = 0; j < inner; j++) sums[j] += pixels[at + j] * weight;
      }
      const to = (line * newLength + i) * inner;
      for (let j = 0; j < inner; j++) {
        output[to + j] = Math.min(255, Math.max(0, sums[j] >> BITS));
      }
    }
  }
  return output;
}

/** For each output the first input that it reads, and integer weights. */
function weights(length, newLength) {
  const scale = length / newLength;
  const stretch = Math.max(scale, 1);
  const support = 2 * stretch;
  const plan = [];
  for (let i = 0; i < newLength; i++) {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(length, Math.trunc(centre + support + 0.5));
    const kernel = [];
    for (let x = first; x < end; x++) {
      kernel.push(cubic((x - centre + 0.5) / stretch));
    }
    const sum = kernel.reduce((a, b) => a + b, 0);
    plan.push({ first, kernel: kernel.map((k) => toInteger(k / sum)) });
  }
  return plan;
}

/** Rounds halves away from zero. */
function toInteger(weight) {
  return Math.trunc(weight * 2 ** BITS + (weight < 0 ? -0.5 : 0.5));
}

/** Keys' cubic convolution kernel with a = -1/2. */
function cubic(x) {
  x = Math.abs(x);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

/**
 * Resizes a class map by the nearest pixel: row i of H reads row
 * `(2 i + 1) h // (2 H)` of h.
 *
 * @param {Uint8Array} classes Ids, `from[0] * from[1]`.
 * @param {number[]} from [height, width].
 * @param {number[]} to The wanted [height, width].
 * @return {Uint8Array} Ids of the wanted size.
 */
export function resizeClasses(classes, from, to) {
  const columns = nearest(to[1], from[1]);
  const rows = nearest(to[0], from[0]);
  const output = new Uint8Array(to[0] * to[1]);
  let at = 0;
  for (const row of rows) {
    for (const column of columns) output[at++] = classes[row * from[1] + column];
  }
  return output;
}

/** Which input each output reads, pixel centres aligned. */
export function nearest(numOutputs, numInputs) {
  return Array.from({ length: numOutputs }, (_, i) =>
    Math.floor(((2 * i + 1) * numInputs) / (2 * numOutputs)),
  );
}
