/** Class maps and entropies as pictures. */

// Control points of the entropy's colours, evenly spaced over [0, 1], as in
// tf_advseg.pictures: lightness rises in even steps.
const ENTROPY_COLOURS = [
  [0, 0, 0],
  [42, 36, 94],
  [133, 48, 122],
  [219, 82, 96],
  [250, 156, 82],
  [252, 245, 190],
];

/** Returns the colours of the 256 steps of entropy. */
export function entropyPalette() {
  const last = ENTROPY_COLOURS.length - 1;
  return Array.from({ length: 256 }, (_, step) => {
    const at = (step / 255) * last;
    const low = Math.min(Math.floor(at), last - 1);
    return ENTROPY_COLOURS[low].map((value, channel) =>
      Math.round(
        value + (at - low) * (ENTROPY_COLOURS[low + 1][channel] - value),
      ),
    );
  });
}

/**
 * Paints indices in the colours of a palette.
 *
 * @param {Uint8Array} indices `height * width`; those beyond the palette
 *     become black.
 * @param {number[]} size [height, width].
 * @param {number[][]} palette RGB colours.
 * @return {HTMLCanvasElement} A canvas of that size.
 */
export function paint(indices, [height, width], palette) {
  const pixels = new Uint8ClampedArray(indices.length * 4);
  indices.forEach((index, i) => {
    pixels.set(palette[index] ?? [0, 0, 0], 4 * i);
    pixels[4 * i + 3] = 255;
  });
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const picture = new ImageData(pixels, width, height);
  canvas.getContext("2d").putImageData(picture, 0, 0);
  return canvas;
}

/** Grey colours whose value is the index: what a PNG of ids holds. */
export function greys() {
  return Array.from({ length: 256 }, (_, i) => [i, i, i]);
}
