/** The picture: an image, and classes or entropies over it. */

import { entropyPalette, greys, paint } from "./colours.js";

export class Stage {
  /**
   * @param {HTMLCanvasElement} canvas Where everything is drawn.
   * @param {HTMLElement} probe Says what lies under the pointer.
   */
  constructor(canvas, probe) {
    this.canvas = canvas;
    this.probe = probe;
    this.opacity = 0.6;
    this.layer = "classes";
    this.entropyColours = entropyPalette();
    canvas.addEventListener("pointermove", (event) => this.point(event));
    canvas.addEventListener("pointerleave", () => (probe.hidden = true));
  }

  /**
   * Shows a prediction.
   *
   * @param {object} shown `picture` (a canvas), `size` [height, width],
   *     `classes` of that size, `entropy` at `entropySize`, `names`, `palette`.
   */
  show(shown) {
    this.shown = shown;
    this.classes = paint(shown.classes, shown.size, shown.palette);
    this.entropy = paint(
      shown.entropy, shown.entropySize, this.entropyColours);
    [this.canvas.height, this.canvas.width] = shown.size;
    this.canvas.hidden = false;
    this.draw();
  }

  draw() {
    if (!this.shown) return;
    const { width, height } = this.canvas;
    const context = this.canvas.getContext("2d");
    context.globalAlpha = 1;
    context.drawImage(this.shown.picture, 0, 0);
    context.globalAlpha = this.opacity;
    if (this.layer === "classes") {
      context.drawImage(this.classes, 0, 0);
    } else {
      // Corners aligned: the outermost points lie on the image's corners.
      const [h, w] = this.shown.entropySize;
      context.drawImage(
        this.entropy, 0.5, 0.5, Math.max(w - 1, 0.5), Math.max(h - 1, 0.5),
        0, 0, width, height);
    }
  }

  /** Says the class and the entropy under the pointer. */
  point(event) {
    if (!this.shown) return;
    const { size, classes, entropy, entropySize, names } = this.shown;
    const [row, column] = this.pixelAt(event, size);
    const inside =
      row >= 0 && row < size[0] && column >= 0 && column < size[1];
    this.probe.hidden = !inside;
    if (!inside) return;
    const y = Math.round(row * (entropySize[0] - 1) / Math.max(size[0] - 1, 1));
    const x =
      Math.round(column * (entropySize[1] - 1) / Math.max(size[1] - 1, 1));
    const value = entropy[y * entropySize[1] + x] / 255;
    const name = names[classes[row * size[1] + column]];
    this.probe.textContent = `${name}, entropy ${value.toFixed(2)}`;
  }

  /** The [row, column] of the image under the pointer. */
  pixelAt(event, [height, width]) {
    // The canvas keeps its aspect within its box (object-fit: contain).
    const box = this.canvas.getBoundingClientRect();
    const scale = Math.min(box.width / width, box.height / height);
    const left = box.left + (box.width - width * scale) / 2;
    const top = box.top + (box.height - height * scale) / 2;
    return [
      Math.floor((event.clientY - top) / scale),
      Math.floor((event.clientX - left) / scale),
    ];
  }

  /** Returns the class ids as a grey PNG whose values are the ids. */
  idsAsPng() {
    const canvas = paint(this.shown.classes, this.shown.size, greys());
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }
}
