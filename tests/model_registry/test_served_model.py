"""The file that a registered model runs: what it takes, what it refuses."""

import base64
import io
import pathlib
import subprocess
import sys
import types

import mlflow
import numpy as np
import pytest
import toy_segmenter
from fastapi.testclient import TestClient
from mlflow.pyfunc import scoring_server
from PIL import Image

from tf_advseg.model_registry import packing
from tf_advseg.model_registry import served_model
from tf_advseg.networks.ensemble_file import load_ensemble

IDS = np.random.default_rng(0).integers(0, 3, (4, 8)).repeat(2, 0).repeat(2, 1)
IMAGE = toy_segmenter.paint(IDS)


@pytest.fixture(scope="module")
def keras_file(tmp_path_factory):
    return toy_segmenter.save_colour_segmenter(
        tmp_path_factory.mktemp("model") / "model.keras",
        factors=(0.01, 0.01, 0.01),
    )


@pytest.fixture(scope="module")
def packed(keras_file, tmp_path_factory):
    return packing.pack([keras_file], tmp_path_factory.mktemp("workshop"))


def loaded(packed):
    model = served_model.ServedModel()
    model.load_context(
        types.SimpleNamespace(
            artifacts={
                "saved_model": str(packed.folder),
                "checksums": str(packed.folder) + ".sha256",
            }
        )
    )
    return model


@pytest.fixture(scope="module")
def model(packed):
    return loaded(packed)


def test_the_class_is_kerass_and_the_confidence_its_probability(
    model, keras_file
):
    found = model.predict(None, IMAGE)
    ensemble = load_ensemble([keras_file]).ensemble
    classes, _, confidence = ensemble.predict_all(IMAGE[None], (8, 16))
    np.testing.assert_array_equal(found["class_map"], classes)
    np.testing.assert_allclose(found["confidence"], confidence, atol=1e-6)
    np.testing.assert_array_equal(found["class_map"][0], IDS)
    # One logit is 2.55, two are 0.
    sure = np.exp(2.55) / (np.exp(2.55) + 2)
    np.testing.assert_allclose(found["confidence"], sure, atol=1e-5)
    assert found["class_map"].dtype == np.uint8
    assert found["confidence"].dtype == np.float32


def png(image=IMAGE):
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    "given",
    [
        IMAGE[None],
        IMAGE.astype(np.int64),
        np.array(IMAGE.tolist(), object),
        np.array([png()], object),
        np.array([base64.b64encode(png()).decode()], object),
    ],
    ids=["several", "whole numbers", "JSON", "bytes", "base64"],
)
def test_an_image_may_come_in_many_forms(model, given):
    found = model.predict(None, given)["class_map"]
    np.testing.assert_array_equal(found, IDS[None])


def test_files_are_read_by_paths_that_only_this_process_can_make(
    model, tmp_path
):
    file = tmp_path / "image.png"
    file.write_bytes(png())
    found = model.predict(None, np.array([pathlib.Path(file)], object))
    np.testing.assert_array_equal(found["class_map"], IDS[None])
    with pytest.raises(ValueError, match="Image 0 cannot be read"):
        model.predict(None, np.array([str(file)], object))


def test_images_of_several_sizes_give_lists(model):
    images = np.empty(2, object)
    images[:] = [IMAGE, IMAGE[:4, :6]]
    found = model.predict(None, images)
    assert [m.shape for m in found["class_map"]] == [(8, 16), (4, 6)]
    assert [m.shape for m in found["confidence"]] == [(8, 16), (4, 6)]
    np.testing.assert_array_equal(found["class_map"][1], IDS[:4, :6])


@pytest.mark.parametrize(
    "given",
    [
        IMAGE[0],
        IMAGE[:0][None][:0],
        IMAGE[..., :2],
        IMAGE / 255,
        IMAGE.astype(np.int64) + 1,
        np.array([b"no picture"], object),
        np.array([None], object),
    ],
    ids=["2-D", "none", "2 channels", "floats", "256", "bytes", "None"],
)
def test_what_is_no_image_is_refused_by_name(model, given):
    with pytest.raises(ValueError, match=r"expected uint8 RGB|Expected uint8"):
        model.predict(None, given)


def test_a_changed_byte_is_found_and_named(keras_file, tmp_path):
    packed = packing.pack([keras_file], tmp_path)
    weights = packed.folder / "variables/variables.data-00000-of-00001"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ValueError, match=r"variables\.data-00000-of-00001"):
        loaded(packed)


def test_the_file_knows_nothing_of_this_package():
    path = served_model.__file__
    code = (
        "import runpy, sys\n"
        f"runpy.run_path({path!r})\n"
        "ours = [m for m in sys.modules if m.startswith('tf_advseg')]\n"
        "assert not ours, ours"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
def test_a_scoring_server_takes_base64_and_numbers(packed, tmp_path):
    packing.write_pyfunc(packed, tmp_path / "pyfunc")
    model = mlflow.pyfunc.load_model(str(tmp_path / "pyfunc"))
    client = TestClient(scoring_server.init(model))
    for one in (base64.b64encode(png()).decode(), IMAGE.tolist()):
        answer = client.post("/invocations", json={"inputs": [one]})
        assert answer.status_code == 200
        assert answer.json()["predictions"]["class_map"] == [IDS.tolist()]
    path = {"inputs": [served_model.__file__]}
    refused = client.post("/invocations", json=path)
    assert refused.status_code == 400
