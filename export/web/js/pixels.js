/** Image files and camera frames as plain RGB pixels. */

import { upright, withoutNotes } from "./orientation.js";

/**
 * Decodes an image file upright, without changing its colours.
 *
 * @param {Blob} file Any image that the browser reads.
 * @return {Promise<object>} See `pixelsOf`.
 * @throws {Error} One sentence, if it is not an image.
 */
export async function decode(file) {
  let bitmap, orientation;
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const stored = await withoutNotes(bytes);
    orientation = stored.orientation;
    bitmap = await createImageBitmap(stored.file, {
      colorSpaceConversion: "none",
    });
  } catch {
    throw new Error(`${file.name ?? "The file"} is not an image that this ` +
      "browser reads.");
  }
  const canvas = upright(bitmap, [bitmap.height, bitmap.width], orientation);
  bitmap.close();
  return pixelsIn(canvas);
}

/**
 * Returns the pixels of an image or a video's current frame.
 *
 * @return {object} `rgb`: Uint8Array `height * width * 3`; `size`: [height,
 *     width]; `canvas`: the picture itself.
 */
export function pixelsOf(source, height, width) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, width, height);
  return pixelsIn(canvas);
}

function pixelsIn(canvas) {
  const { height, width } = canvas;
  const rgba = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  const rgb = new Uint8Array(height * width * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    rgb[to++] = rgba[from];
    rgb[to++] = rgba[from + 1];
    rgb[to++] = rgba[from + 2];
  }
  return { rgb, size: [height, width], canvas };
}

/** A camera that is on until it is stopped. */
export class Camera {
  /** @throws {Error} One sentence, if there is none or it is forbidden. */
  static async open() {
    if (!navigator.mediaDevices) {
      throw new Error(
        "The camera needs a page from localhost or over https.",
      );
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 } },
      });
      const video = document.createElement("video");
      video.playsInline = true;
      video.muted = true;
      video.srcObject = stream;
      await video.play();
      return new Camera(video);
    } catch (error) {
      throw new Error(`The camera cannot be used: ${error.message}.`);
    }
  }

  constructor(video) {
    this.video = video;
  }

  frame() {
    return pixelsOf(this.video, this.video.videoHeight, this.video.videoWidth);
  }

  stop() {
    for (const track of this.video.srcObject.getTracks()) track.stop();
  }
}
