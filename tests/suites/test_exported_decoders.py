"""Every registered decoder as files for servers and devices.

Each is trained for a moment to tell colours apart: what is near a coin's toss
says nothing of an artefact.
"""

import json
import os

import keras
import numpy as np
import pytest
import tensorflow as tf
import toy_runs
import toy_segmenter
from PIL import Image
from toy_backbone import Tiny

from benchmarks.parts import chromium
from tf_advseg.base.checks import DataError
from tf_advseg.commands import export as export_command
from tf_advseg.experiment import registry
from tf_advseg.export.edge.artefact import read_artefact
from tf_advseg.export.edge.images.tiling import predict_whole
from tf_advseg.export.edge.network import Network
from tf_advseg.export.web.site import write_site
from tf_advseg.methods.losses import cross_entropy
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.networks.model_file import save_segmenter
from tf_advseg.settings.export import ExportSettings

pytestmark = pytest.mark.slow
NAMES = sorted(registry.decoder_classes())
SIZE = (32, 64)
FORMATS = ("tflite_float32", "tflite_float16", "tflite_int8")
OF_ONE = ("saved_model",)
"""TensorFlow's own format takes whatever Keras does: one decoder shows it."""


def formats_of(name):
    return FORMATS + (OF_ONE if name == NAMES[0] else ())


def train(segmenter, steps=100):
    """Blocks of red, green and blue, with noise."""
    optimizer = keras.optimizers.Adam(0.01)
    optimizer.build(segmenter.trainable_variables)
    rng = np.random.default_rng(0)

    @tf.function
    def step(images, labels):
        with tf.GradientTape() as tape:
            logits = segmenter(images, training=True)["main"]
            count = tf.cast(tf.size(labels), tf.float32)
            loss = cross_entropy(logits, labels, count)
        variables = segmenter.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)

    for _ in range(steps):
        labels = rng.integers(0, 3, (4, 4, 4)).repeat(8, 1).repeat(16, 2)
        images = toy_segmenter.paint(labels) // 2
        images = images + rng.integers(0, 60, images.shape)
        step(tf.constant(images, tf.float32), tf.constant(labels, tf.int32))


@pytest.fixture(scope="module", params=NAMES)
def exported(request, tmp_path_factory):
    """The folder of artefacts, the command's status and words, and formats."""
    folder = tmp_path_factory.mktemp(request.param)
    decoder = registry.make_decoder(request.param)
    keras.utils.set_random_seed(0)
    segmenter = decoder.build(Tiny().build(), 3)
    train(segmenter)
    facts = {
        "classes": list(toy_segmenter.CLASSES.names),
        "palette": [list(colour) for colour in toy_segmenter.CLASSES.palette],
        "class_set": "colours",
        "image_size": list(SIZE),
        "method": "source_only",
        "backbone": "tiny",
        "decoder": registry.describe(decoder),
        "step": 1,
    }
    save_segmenter(segmenter, folder / "model.keras", facts)
    toy_runs.write_domain(folder / "camera", size=SIZE)
    settings = ExportSettings(
        model=str(folder / "model.keras"),
        target=str(folder / "camera"),
        out=str(folder / "out"),
        formats=",".join(formats_of(request.param)),
        calibration_images=6,
        gate_images=6,
        quantised_miou_drop=5.0,
    )
    report = []
    status = export_command.run(settings, report.append)
    return folder, status, "\n".join(report), formats_of(request.param)


def test_every_artefact_passes_the_gate(exported):
    folder, status, report, formats = exported
    assert status == 0, report
    gate = json.loads((folder / "out" / "gate.json").read_text())
    kept = {a["name"]: a for a in gate["artefacts"] if a["kept"]}
    assert len(kept) == len(formats)
    assert all(artefact["passed"] for artefact in kept.values())
    if "saved_model" in formats:
        assert kept["saved_model"]["agreement"] > 99.99
    assert kept["model_float32.tflite"]["agreement"] > 99.99
    assert kept["model_int8.tflite"]["agreement"] > 97


def test_the_gate_sees_every_stage_of_the_network(exported):
    gate = json.loads((exported[0] / "out" / "gate.json").read_text())
    (exact,) = (
        a for a in gate["artefacts"] if a["name"] == "model_float32.tflite"
    )
    for stage in ("preprocessing", "features", "logits", "scores"):
        assert exact["stages"][stage] < 1e-4, stage


def test_devices_get_plain_operations_only(exported):
    gate = json.loads((exported[0] / "out" / "gate.json").read_text())
    assert not any(artefact["faults"] for artefact in gate["artefacts"])
    kept = {a["name"]: a["partitions"] for a in gate["artefacts"] if a["kept"]}
    assert kept["model_float32.tflite"] == 1
    # In one piece for XNNPACK, which the converter's own 8 bits are not.
    pytest.importorskip("litert_quantizer")
    assert kept["model_float16.tflite"] == 1
    assert kept["model_int8.tflite"] == 1


def test_the_edge_runner_says_what_the_segmenter_says(exported):
    folder = exported[0]
    segmenter, _ = load_segmenter(folder / "model.keras")
    artefact = read_artefact(folder / "out" / "model_float32.tflite")
    network = Network(artefact, threads=1)
    path = folder / "camera" / "images" / "0001.png"
    image = np.asarray(Image.open(path).convert("RGB"))
    found, _ = predict_whole(network.predict, image, SIZE)
    logits = segmenter(image[None].astype(np.float32))["main"][0]
    assert (found == np.argmax(logits, -1)).mean() > 0.999


def test_the_browser_says_what_the_edge_runner_says(exported, tmp_path):
    model = exported[0] / "out" / "model_int8.tflite"
    packages = os.environ.get("TF_ADVSEG_NODE_MODULES")
    try:
        site = write_site([model], tmp_path / "site", packages)
    except DataError as error:
        if "npm" not in str(error):
            raise
        pytest.skip(str(error))
    image = exported[0] / "camera" / "images" / "0001.png"
    try:
        with chromium.chromium() as browser, chromium.served(site) as address:
            page = browser.new_page()
            page.goto(address)
            assert chromium.wait_for(page, "ready") == "ready"
            chromium.open_image(page, image)
            seen = chromium.saved_ids(page)
    except (ImportError, FileNotFoundError) as error:
        pytest.skip(f"no browser to drive: {error}")
    pixels = np.asarray(Image.open(image).convert("RGB"))
    network = Network(read_artefact(model), threads=1)
    expected, _ = predict_whole(network.predict, pixels, SIZE)
    assert (seen == expected).mean() > 0.99
