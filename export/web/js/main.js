/** What the page does when a person does something. */

import { readMetadata } from "./artefact.js";
import { Network, loadRuntime } from "./network.js";
import { imageFacts, modelFacts, showFacts, showLegend, showScale } from
  "./panel.js";
import { Camera, decode } from "./pixels.js";
import { resizeClasses, resizeImage } from "./resizing.js";
import { Stage } from "./stage.js";

const element = (id) => document.getElementById(id);
const stage = new Stage(element("canvas"), element("probe"));

let metadata;
let network;
let camera;
let lastImage;

/** Says how things are; tests wait for the state. */
function say(text, state, wrong = false) {
  element("status").textContent = text;
  element("status").classList.toggle("wrong", wrong);
  document.body.dataset.state = state;
}

let queue = Promise.resolve();

/** Runs a step when those before it are done; an error becomes a sentence. */
function attempt(step) {
  queue = queue.then(step).catch((error) => {
    say(error.message, "failed", true);
  });
}

async function openModel(buffer, name) {
  say(`Loading ${name}…`, "loading");
  const described = await readMetadata(buffer);
  const compiled = await Network.load(buffer, described.size);
  network?.delete();
  [metadata, network] = [described, compiled];
  showFacts(element("model-facts"), modelFacts(metadata));
  showLegend(element("legend"), metadata);
  say("Ready.", "ready");
  if (lastImage && !camera) await predict(lastImage);
}

async function predict(image) {
  lastImage = image;
  if (!network) throw new Error("Open a model first: a .tflite file.");
  const resized = resizeImage(image.rgb, image.size, metadata.size);
  const raw = await network.predict(resized);
  const classes = resizeClasses(raw.classes, metadata.size, image.size);
  const entropySum = raw.entropy.reduce((a, b) => a + b, 0);
  const prediction = {
    ...raw,
    classes,
    size: image.size,
    meanEntropy: entropySum / raw.entropy.length / 255,
  };
  stage.show({
    ...prediction,
    picture: image.canvas,
    names: metadata.classes,
    palette: metadata.palette,
  });
  showLegend(element("legend"), metadata, shares(raw.classes));
  showFacts(element("facts"), imageFacts(prediction, metadata));
  element("invitation").hidden = true;
  element("save").disabled = false;
}

function shares(classes) {
  const counts = new Array(metadata.classes.length).fill(0);
  for (const id of classes) counts[id] += 1;
  return counts.map((count) => count / classes.length);
}

async function openImage(file) {
  stopCamera();
  say("Predicting…", "predicting");
  await predict(await decode(file));
  say(`${file.name}: done.`, "done");
}

/** An image, or a model: told apart by the name. */
async function openFile(file) {
  if (!file) return;
  if (file.name.endsWith(".tflite")) {
    await openModel(await file.arrayBuffer(), file.name);
  } else {
    await openImage(file);
  }
}

function openChosen(event) {
  const [file] = event.target.files;
  attempt(() => openFile(file));
  // So that the same file can be chosen again.
  event.target.value = "";
}

async function startCamera() {
  camera = await Camera.open();
  const own = camera;
  element("camera").setAttribute("aria-pressed", "true");
  element("camera").textContent = "Stop the camera";
  say("The camera is on.", "camera");
  const step = async () => {
    if (camera !== own) return;
    await predict(own.frame());
    requestAnimationFrame(() => attempt(step));
  };
  await step();
}

function stopCamera() {
  if (!camera) return;
  camera.stop();
  camera = undefined;
  element("camera").setAttribute("aria-pressed", "false");
  element("camera").textContent = "Use the camera";
  say("The camera is off.", "ready");
}

async function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await stage.idsAsPng());
  link.download = "class_ids.png";
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Offers the models that lie beside the page; opens the first. */
async function offerModels() {
  const answer = await fetch("models/models.json");
  const names = answer.ok ? await answer.json() : [];
  if (!names.length) {
    say("Open a model: a .tflite exported by tf_advseg.", "ready");
    return;
  }
  const select = element("model");
  select.replaceChildren(...names.map((name) => new Option(name)));
  select.hidden = names.length < 2;
  const open = async () => {
    const file = await fetch(`models/${encodeURIComponent(select.value)}`);
    if (!file.ok) throw new Error(`models/${select.value} cannot be read.`);
    await openModel(await file.arrayBuffer(), select.value);
  };
  select.addEventListener("change", () => attempt(open));
  await open();
}

function listen() {
  const drop = element("drop");
  element("file").addEventListener("change", openChosen);
  element("model-file").addEventListener("change", openChosen);
  element("camera").addEventListener("click", () =>
    camera ? stopCamera() : attempt(startCamera));
  element("save").addEventListener("click", () => attempt(save));
  element("opacity").addEventListener("input", (event) => {
    stage.opacity = event.target.value / 100;
    element("opacity-value").textContent = `${event.target.value} %`;
    stage.draw();
  });
  for (const radio of document.querySelectorAll("input[name=layer]")) {
    radio.addEventListener("change", () => {
      stage.layer = radio.value;
      element("scale").hidden = radio.value !== "entropy";
      stage.draw();
    });
  }
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  document.addEventListener("dragleave", () => drop.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const [file] = event.dataTransfer.files;
    attempt(() => openFile(file));
  });
}

showScale(element("scale-bar"));
listen();
attempt(async () => {
  await loadRuntime();
  await offerModels();
});
