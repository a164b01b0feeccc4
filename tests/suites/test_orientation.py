"""One table of pictures, and every reader sees each of them upright."""

import importlib.util
import io
import json
import shutil
import subprocess

import numpy as np
import pytest
import tensorflow as tf
import turned_pictures
from PIL import Image
from turned_pictures import PICTURES
from turned_pictures import SERVED

from benchmarks.parts import chromium
from tf_advseg.datasets.file_facts.image import image_facts
from tf_advseg.datasets.files import image_files
from tf_advseg.export.client.encoding import encode
from tf_advseg.export.edge.images import reading
from tf_advseg.export.graph import exif
from tf_advseg.export.graph.image_bytes import decode_images
from tf_advseg.export.modelarts import package
from tf_advseg.export.web.site import PAGE
from tf_advseg.prediction.inputs import InputFile


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    for name, (data, _) in PICTURES.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def served():
    """What a SavedModel does with bytes."""
    spec = tf.TensorSpec((None,), tf.string)
    decode = tf.function(decode_images, input_signature=[spec])
    return lambda data: decode([data])[0].numpy()


@pytest.fixture(scope="module")
def modelarts():
    """What ModelArts' inference code hands to the SavedModel."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(package._FILES)
        path = package._FILES / "customize_service.py"
        spec = importlib.util.spec_from_file_location("service", path)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module._upright_rgb


def test_the_table_is_of_pictures_that_no_turn_leaves_as_they_are():
    stored = turned_pictures.stored_pixels()
    turned = [turned_pictures.turn(stored, n).tobytes() for n in range(1, 9)]
    assert len(set(turned)) == 8


@pytest.mark.parametrize("name", PICTURES)
def test_training_and_prediction(folder, name):
    path = folder / name
    image = image_files.read_rgb(path)
    assert turned_pictures.same(image, name)
    assert image_files.image_size(path) == image.shape[:2]
    np.testing.assert_array_equal(image, image_files.read_picture(path))


@pytest.mark.parametrize("name", PICTURES)
def test_the_doctor(folder, name):
    facts, sample = image_facts(str(folder / name))
    assert facts.problem is None
    assert facts.upright_size == turned_pictures.upright(name).shape[:2]
    image = Image.fromarray(image_files.read_rgb(folder / name))
    nearest = image.resize(sample.shape[:2], Image.Resampling.NEAREST)
    assert np.abs(sample.astype(int) - np.array(nearest)).mean() < 12


@pytest.mark.parametrize("name", SERVED)
def test_a_saved_model_that_takes_bytes(served, name):
    data, orientation = PICTURES[name]
    assert exif.orientation(tf.constant(data)) == orientation
    assert turned_pictures.same(served(data), name)


@pytest.mark.parametrize("name", PICTURES)
def test_modelarts(modelarts, served, name):
    assert turned_pictures.same(served(modelarts(PICTURES[name][0])), name)


@pytest.mark.parametrize("name", PICTURES)
def test_the_client(folder, served, name):
    for exact in (False, True):
        sent = encode(InputFile(folder / name, "a"), exact, 10**6)
        assert turned_pictures.same(sent.image, name)
        assert turned_pictures.same(served(sent.data), name)


@pytest.mark.parametrize("name", PICTURES)
def test_the_edge_runner(folder, name):
    expected = image_files.read_rgb(folder / name)
    for source in (folder / name, PICTURES[name][0]):
        found = reading.read_rgb(source, name)
        np.testing.assert_array_equal(found, expected)


def test_the_browser_s_script(folder):
    if not shutil.which("node"):
        pytest.skip("Node is not installed")
    names = [n for n in PICTURES if not n.endswith(".tif")]
    program = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ matrix, withoutNotes }} from "./orientation.js";
        const found = {{}};
        for (const name of {json.dumps(names)}) {{
          const bytes = new Uint8Array(readFileSync("{folder}/" + name));
          found[name] = (await withoutNotes(bytes)).orientation;
        }}
        found.matrices = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => matrix(n, 16, 24));
        console.log(JSON.stringify(found));
    """
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", program],
        cwd=PAGE / "js",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    matrices = found.pop("matrices")
    assert found == {name: PICTURES[name][1] for name in names}
    stored = turned_pictures.stored_pixels()
    for index, matrix in enumerate(matrices):
        drawn = _drawn(stored, matrix)
        expected = turned_pictures.turn(stored, index + 1)
        np.testing.assert_array_equal(drawn, expected)


def _drawn(image, matrix):
    """A canvas' transform of pixel centres: (a, b, c, d, e, f)."""
    a, b, c, d, e, f = matrix
    rows, columns = np.indices(image.shape[:2]) + 0.5
    x, y = a * columns + c * rows + e, b * columns + d * rows + f
    size = image.shape[:2] if a else image.shape[1::-1]
    canvas = np.zeros((*size, 3), np.uint8)
    canvas[y.astype(int), x.astype(int)] = image
    return canvas


@pytest.mark.slow
def test_the_browser_itself(folder, tmp_path):
    shutil.copytree(PAGE / "js", tmp_path / "js")
    (tmp_path / "index.html").write_text("<!doctype html><title>a</title>")
    names = [n for n in PICTURES if not n.endswith(".tif")]
    for name in names:
        shutil.copy(folder / name, tmp_path)
    try:
        with (
            chromium.chromium() as browser,
            chromium.served(tmp_path) as address,
        ):
            page = browser.new_page()
            page.goto(address)
            for name in names:
                found = page.evaluate(
                    """async (name) => {
                      const { decode } = await import("./js/pixels.js");
                      const file = await (await fetch(name)).blob();
                      const { rgb, size } = await decode(file);
                      return [Array.from(rgb), size];
                    }""",
                    name,
                )
                pixels = np.array(found[0], np.uint8)
                assert turned_pictures.same(
                    pixels.reshape(*found[1], 3), name
                ), name
    except (ImportError, FileNotFoundError) as error:
        pytest.skip(f"no browser to drive: {error}")


def test_a_label_s_note_is_never_applied(folder):
    """A label lies as its file says; a TIFF's tag is of the format itself."""
    stream = io.BytesIO()
    Image.fromarray(np.arange(6, dtype=np.uint8).reshape(2, 3)).save(
        stream, "PNG"
    )
    path = folder / "label.png"
    data = stream.getvalue()
    place = data.index(b"IDAT") - 4
    note = turned_pictures.chunk(b"eXIf", turned_pictures.tiff(6))
    path.write_bytes(data[:place] + note + data[place:])
    assert image_files.read_ids(path).tolist() == [[0, 1, 2], [3, 4, 5]]
