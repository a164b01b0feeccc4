/** The panel beside the picture: legend, numbers, the model. */

import { entropyPalette, paint } from "./colours.js";

/**
 * Fills the legend.
 *
 * @param {HTMLElement} list The list.
 * @param {object} metadata Of the artefact.
 * @param {number[]=} shares Share of the pixels predicted as each class.
 */
export function showLegend(list, metadata, shares) {
  const items = metadata.classes.map((name, index) => {
    const item = document.createElement("li");
    const swatch = document.createElement("i");
    swatch.style.background = `rgb(${metadata.palette[index].join(" ")})`;
    const label = document.createElement("span");
    label.textContent = name;
    const share = document.createElement("b");
    share.textContent = shares ? percent(shares[index]) : "";
    item.className = shares && !shares[index] ? "absent" : "";
    item.append(swatch, label, share);
    return item;
  });
  list.replaceChildren(...items);
}

/** Fills a list of facts with [name, value] pairs. */
export function showFacts(list, facts) {
  const parts = facts.flatMap(([name, value]) => {
    const term = document.createElement("dt");
    const detail = document.createElement("dd");
    term.textContent = name;
    detail.textContent = value;
    return [term, detail];
  });
  list.replaceChildren(...parts);
}

/** Draws the key to the entropy's colours. */
export function showScale(canvas) {
  const steps = Uint8Array.from({ length: 256 }, (_, i) => i);
  const bar = paint(steps, [1, 256], entropyPalette());
  canvas.getContext("2d").drawImage(bar, 0, 0);
}

/** What there is to say about a model. */
export function modelFacts(metadata) {
  const [height, width] = metadata.size;
  return [
    ["precision", metadata.precision ?? "unknown"],
    ["input", `${width} × ${height}`],
    ["classes", `${metadata.classes.length}`],
    // Its name; the options after it would fill the panel.
    ["method", metadata.method?.split("(")[0] ?? "unknown"],
    ["backbone", metadata.backbone ?? "unknown"],
    ["run", metadata.run_id ?? "unknown"],
  ];
}

/** What there is to say about a prediction. */
export function imageFacts(prediction, metadata) {
  const reference = metadata.reference?.mean_entropy;
  const facts = [
    ["size", `${prediction.size[1]} × ${prediction.size[0]}`],
    ["network", `${prediction.milliseconds.toFixed(0)} ms`],
    ["mean entropy", prediction.meanEntropy.toFixed(3)],
  ];
  if (typeof reference === "number") {
    facts.push(["at adaptation", reference.toFixed(3)]);
  }
  return facts;
}

function percent(share) {
  const value = 100 * share;
  return value && value < 0.1 ? "< 0.1 %" : `${value.toFixed(1)} %`;
}
