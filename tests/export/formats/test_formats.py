"""What the exporters write says what the predictor says, on a toy."""

import io
import json
import subprocess
import sys
import zipfile

import keras
import numpy as np
import pytest
import tensorflow as tf
import toy_segmenter
from PIL import Image

from tf_advseg.datasets.files.resizing import resize_image
from tf_advseg.export import formats
from tf_advseg.export.artefacts.home_images import HomeImages
from tf_advseg.export.artefacts.workshop import Workshop
from tf_advseg.export.edge.artefact import read_artefact
from tf_advseg.export.formats import onnx as onnx_format
from tf_advseg.export.formats import saved_model
from tf_advseg.export.formats import tflite
from tf_advseg.export.formats.format import Order
from tf_advseg.export.formats.tflite.making import CONVERTER
from tf_advseg.export.formats.tflite.making import QUANTIZER
from tf_advseg.export.formats.tflite.stages import tflite_stages
from tf_advseg.export.gate.stages import relative_error
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.networks.layers import CornersAlignedResize
from tf_advseg.networks.layers import preprocess
from tf_advseg.settings.export import FORMATS
from tf_advseg.settings.export import ExportSettings

SIZE = (16, 24)
FACTS = {
    "classes": list(toy_segmenter.CLASSES.names),
    "palette": [list(colour) for colour in toy_segmenter.CLASSES.palette],
}


def _images(count=3, size=SIZE, seed=0):
    rng = np.random.default_rng(seed)
    return list(rng.integers(0, 256, (count, *size, 3), np.uint8))


def _home(seed=5):
    return HomeImages("toys", "train", _images(seed=seed))


def _ensemble(combine="logits"):
    segmenters = [
        toy_segmenter.colour_segmenter((0.04, 0.05, 0.03), stride=4),
        toy_segmenter.colour_segmenter((0.03, 0.02, 0.06), stride=2),
    ]
    return Ensemble(segmenters, (0.7, 0.3), combine)


def _order(names, size=SIZE, with_size=False, **settings):
    settings = ExportSettings(model="m.keras", **settings)
    return Order(list(names), size, settings, _home, with_size)


def _tflite(folder, ensemble, precisions, quantizer="converter", **order):
    workshop = Workshop(ensemble, FACTS, _home(), folder)
    names = [f"tflite_{precision}" for precision in precisions]
    order = _order(names, quantizer=quantizer, **order)
    return tflite.FORMAT.write(workshop, order)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A SavedModel that resizes to SIZE and takes up to 10,000 pixels."""
    folder = tmp_path_factory.mktemp("export")
    workshop = Workshop(_ensemble(), FACTS, _home(), folder)
    order = _order(["saved_model"], max_pixels=10_000)
    (made,) = saved_model.FORMAT.write(workshop, order)
    path = made.path
    return path, tf.saved_model.load(str(path)).signatures


def _encoded(image, kind="PNG"):
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, kind)
    return buffer.getvalue()


def test_the_saved_model_is_the_predictor_at_any_size(served):
    _, signatures = served
    for size in ((16, 24), (40, 33)):
        images = _images(2, size)
        resized = [resize_image(image, SIZE) for image in images]
        classes, entropy = _ensemble().predict_classes_and_entropy(
            np.stack(resized), size
        )
        found = signatures["scores"](image=tf.constant(np.stack(images)))
        np.testing.assert_array_equal(found["classes"], classes)
        np.testing.assert_allclose(found["entropy"], entropy, atol=1e-6)
        np.testing.assert_allclose(
            found["probabilities"], tf.nn.softmax(found["logits"]), atol=1e-6
        )
        plain = signatures["uint8"](image=tf.constant(np.stack(images)))
        np.testing.assert_array_equal(plain["classes"], classes)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_bytes_are_decoded_as_pillow_decodes_them(served, kind):
    _, signatures = served
    files = [_encoded(image, kind) for image in _images(2, (30, 50))]
    pixels = [np.array(Image.open(io.BytesIO(file))) for file in files]
    expected = signatures["uint8"](image=tf.constant(np.stack(pixels)))[
        "classes"
    ]
    for name in ("encoded", "serving_default"):
        found = signatures[name](image_bytes=tf.constant(files))
        np.testing.assert_array_equal(found["classes"], expected)
    answer = signatures["png"](image_bytes=tf.constant(files))
    for file, classes in zip(
        answer["class_map_png_bytes"], expected, strict=True
    ):
        picture = Image.open(io.BytesIO(file.numpy()))
        assert picture.mode == "L"
        np.testing.assert_array_equal(np.asarray(picture), classes)
    assert answer["mean_entropy"].shape == (2,)


def test_grey_palette_and_transparent_images_become_rgb(served):
    _, signatures = served
    picture = Image.fromarray(_images(1)[0])
    for mode in ("L", "P", "RGBA", "1"):
        buffer = io.BytesIO()
        changed = picture.convert(mode)
        changed.save(buffer, "PNG")
        pixels = np.array(changed.convert("RGB"))[None]
        found = signatures["encoded"](image_bytes=[buffer.getvalue()])
        expected = signatures["uint8"](image=tf.constant(pixels))
        np.testing.assert_array_equal(found["classes"], expected["classes"])


def _png_header(width, height, depth=8):
    sizes = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + sizes + bytes([depth, 2, 0, 0, 0, 0])
    )


@pytest.mark.parametrize(
    "files, sentence",
    [
        ([], "holds no image"),
        ([b""], "JPEG or PNG"),
        ([b"GIF89a......"], "JPEG or PNG"),
        ([_encoded(_images(1)[0])[:20]], "ends within its header"),
        ([_png_header(100_000, 100_000) + bytes(20)], "may have 10000 pixels"),
        ([_png_header(8, 8, depth=16) + bytes(20)], "more than 8 bits"),
        ([_png_header(0, 8) + bytes(20)], "no pixels"),
        ([_encoded(i) for s in (8, 9) for i in _images(1, (s, s))], "one size"),
        ([_encoded(_images(1)[0])] * 27, "may have 10000 pixels"),
    ],
)
def test_bytes_that_are_no_image_are_refused_in_a_sentence(
    served, files, sentence
):
    _, signatures = served
    with pytest.raises(tf.errors.InvalidArgumentError, match=sentence):
        signatures["encoded"](image_bytes=tf.constant(files, tf.string))


def test_too_many_pixels_are_refused(served):
    _, signatures = served
    with pytest.raises(tf.errors.InvalidArgumentError, match="10000 pixels"):
        signatures["uint8"](image=tf.zeros((1, 101, 100, 3), tf.uint8))


def test_a_saved_model_says_what_it_is(served):
    path, _ = served
    found = json.loads((path / "assets.extra/tf_advseg.json").read_text())
    assert found["kind"] == "saved_model" and found["size"] == [16, 24]
    assert found["reference"]["num_images"] == 3


@pytest.mark.parametrize("combine", ["logits", "probabilities"])
def test_a_float32_tflite_is_the_predictor(tmp_path, combine):
    ensemble = _ensemble(combine)
    (made,) = _tflite(tmp_path, ensemble, ["float32"])
    runtime = tflite.TFLiteRuntime(made.path)
    assert runtime.size == SIZE
    for image in _images(3):
        classes, entropy = runtime(image)
        expected = ensemble.predict_classes(image[None], SIZE)[0]
        np.testing.assert_array_equal(classes, expected)
        # The first network's logits are at a quarter of the size.
        low = ensemble.predict_classes_and_entropy(image[None], (4, 6))[1][0]
        np.testing.assert_allclose(entropy, low, atol=0.51 / 255)


@pytest.mark.parametrize("maker", [CONVERTER, QUANTIZER])
def test_fewer_bits_say_nearly_the_same(tmp_path, maker):
    if maker == QUANTIZER:
        pytest.importorskip("litert_quantizer")
    precisions = ["float16", "dynamic", "int8"]
    quantizer = {CONVERTER: "converter", QUANTIZER: "litert"}[maker]
    made = _tflite(tmp_path, _ensemble(), precisions, quantizer, with_size=True)
    assert [m.name for m in made] == [
        f"model_{precision}_16x24.tflite" for precision in precisions
    ]
    assert {m.path.parent.name for m in made} == {maker}
    image = toy_segmenter.paint(np.indices(SIZE)[1] // 4 % 3)
    expected = _ensemble().predict_classes(image[None], SIZE)[0]
    for artefact in made:
        found, _ = tflite.TFLiteRuntime(artefact.path)(image)
        assert np.mean(found == expected) > 0.95


@pytest.mark.slow
def test_the_converters_8_bits_keep_images_of_reversed_channels(tmp_path):
    images = keras.Input((None, None, 3), name="images")
    x = keras.layers.ZeroPadding2D(3)(preprocess(images, "caffe"))
    x = keras.layers.Conv2D(4, 7, strides=2, name="features")(x)
    logits = keras.layers.Conv2D(3, 1, name="main_logits")(x)
    outputs = {"main": CornersAlignedResize(name="main")([logits, images])}
    ensemble = Ensemble([keras.Model(images, outputs)])
    (made,) = _tflite(tmp_path, ensemble, ["int8"])
    image = _images(1)[0]
    found = tflite_stages(made.path, image)["preprocessing"]
    expected = ensemble.stages(image[None].astype(np.float32), SIZE)
    error = relative_error(found, expected["preprocessing"].numpy())
    assert error < 0.02


def test_an_onnx_file_is_the_predictor(tmp_path):
    pytest.importorskip("tf2onnx")
    onnx = pytest.importorskip("onnx")
    workshop = Workshop(_ensemble(), FACTS, _home(), tmp_path)
    (made,) = onnx_format.FORMAT.write(workshop, _order(["onnx"]))
    runtime = onnx_format.OnnxRuntime(made.path)
    for image in _images(3):
        expected = _ensemble().predict_classes(image[None], SIZE)[0]
        np.testing.assert_array_equal(runtime(image)[0], expected)
    (fact,) = onnx.load(made.path).metadata_props
    assert json.loads(fact.value)["kind"] == "onnx"


def test_the_metadata_is_a_zip_at_the_end_of_the_file(tmp_path):
    (made,) = _tflite(tmp_path, _ensemble(), ["float32"])
    with zipfile.ZipFile(made.path) as archive:
        assert archive.namelist() == ["tf_advseg.json"]
    found = read_artefact(made.path).metadata
    assert found["precision"] == "float32"
    assert found["classes"] == ["red", "green", "blue"]
    reference = found["reference"]
    assert (reference["domain"], reference["split"]) == ("toys", "train")
    assert len(reference["image_entropy_histogram"]["edges"]) == 11


def test_a_file_without_metadata_is_named(tmp_path):
    path = tmp_path / "other.tflite"
    path.write_bytes(b"TFL3")
    with pytest.raises(ValueError, match=r"other\.tflite"):
        read_artefact(path)


def test_saved_models_load_without_this_package(served):
    runtime = saved_model.SavedModelRuntime(served[0])
    classes, entropy = runtime(_images(1)[0])
    assert classes.shape == entropy.shape == SIZE


@pytest.mark.parametrize("kind", sorted(set(FORMATS.values())))
def test_every_format_is_called_as_its_module(kind):
    assert formats.of_kind(kind).kind == kind


@pytest.mark.parametrize("kind", ["tflite", "onnx"])
def test_running_a_file_of_a_device_needs_no_tensorflow(kind):
    code = (
        "import sys; import tf_advseg.export.gate.artefact_process; "
        f"from tf_advseg.export import formats; formats.of_kind({kind!r}); "
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
