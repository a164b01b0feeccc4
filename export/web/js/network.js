/** The network of an artefact, run by LiteRT's WebAssembly. */

import { Tensor, loadAndCompile, loadLiteRt } from "@litertjs/core";

const RUNTIME = new URL("../vendor/litert/wasm/", import.meta.url).href;

let runtime;

/** Loads LiteRT once; 9 MB, from this page's own server. */
export function loadRuntime() {
  runtime ??= loadLiteRt(RUNTIME);
  return runtime;
}

export class Network {
  /**
   * Compiles a network.
   *
   * @param {ArrayBuffer} buffer The whole .tflite.
   * @param {number[]} size [height, width] that its metadata promises.
   * @throws {Error} One sentence, if it is not a segmenter of that size.
   */
  static async load(buffer, size) {
    await loadRuntime();
    const model = await loadAndCompile(new Uint8Array(buffer), {
      accelerator: "wasm",
    });
    const inputs = model.getInputDetails();
    const wanted = `1,${size},3`;
    const [image] = inputs;
    if (inputs.length !== 1 || image.dtype !== "uint8" ||
        Array.from(image.shape).join() !== wanted) {
      throw new Error(
        `The network takes ${image?.dtype} of shape (${image?.shape}); ` +
          `expected uint8 (${wanted}).`,
      );
    }
    return new Network(model, size);
  }

  constructor(model, size) {
    this.model = model;
    this.size = size;
  }

  /**
   * Predicts one image.
   *
   * @param {Uint8Array} image RGB pixels of the network's size.
   * @return {Promise<object>} `classes`: ids at that size; `entropy`: steps of
   *     1/255 at `entropySize`, corners aligned; `milliseconds`.
   */
  async predict(image) {
    const input = new Tensor(image, [1, ...this.size, 3]);
    const began = performance.now();
    const outputs = await this.model.run({ image: input });
    const { classes, entropy } = outputs;
    if (!classes || !entropy) {
      throw new Error(
        `The network gives ${Object.keys(outputs).join(", ")}; expected ` +
          "classes and entropy.",
      );
    }
    const result = {
      classes: await classes.data(),
      entropy: await entropy.data(),
      entropySize: Array.from(entropy.type.layout.dimensions).slice(1),
      milliseconds: performance.now() - began,
    };
    // WebAssembly's memory is not collected.
    for (const tensor of [input, ...Object.values(outputs)]) tensor.delete();
    return result;
  }

  delete() {
    this.model.delete();
  }
}
