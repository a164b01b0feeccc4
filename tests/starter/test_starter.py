"""The model that comes with the package: whole, small, and used at once."""

import hashlib
import re
import subprocess
import sys

import numpy as np
import pytest
import toy_artefact
import yaml
from PIL import Image
from places import ROOT

import tf_advseg
from tf_advseg import starter
from tf_advseg.base.files import checksums
from tf_advseg.commands import browser
from tf_advseg.commands import predict
from tf_advseg.datasets.streets.classes import STREETS
from tf_advseg.export.edge.artefact import read_artefact
from tf_advseg.export.edge.images.tiling import predict_whole
from tf_advseg.export.edge.network import Network
from tf_advseg.export.web import site
from tf_advseg.settings.browser import BrowserSettings
from tf_advseg.settings.predict import PredictSettings

FOLDER = starter.FILE.parent
CARD = (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def photo(tmp_path, monkeypatch):
    """A photo in the working directory, larger than the network's images."""
    monkeypatch.chdir(tmp_path)
    noise = np.random.default_rng(0).integers(0, 256, (6, 9, 3), np.uint8)
    Image.fromarray(noise).resize((400, 300)).save("photo.png")
    return tmp_path / "photo.png"


def run(**options):
    """Predicts; returns the exit status and what was said."""
    said = []
    return predict.run(PredictSettings(**options), said.append), said


def ids(path):
    with Image.open(path) as picture:
        return np.array(picture)


def test_it_is_small_whole_and_has_its_papers_beside_it():
    assert starter.FILE.stat().st_size < 6_000_000
    assert checksums.check(starter.FILE)
    assert (FOLDER / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    classes = yaml.safe_load((FOLDER / "classes.yaml").read_text())["classes"]
    facts = read_artefact(starter.FILE).metadata
    assert [one["name"] for one in classes] == facts["classes"]
    assert [one["color"] for one in classes] == facts["palette"]
    assert tuple(facts["classes"]) == STREETS.names


def test_its_card_says_what_made_it_and_of_what():
    assert "python -m benchmarks.starter_model" in CARD
    assert re.search(r"the former at commit [0-9a-f]{7,40}\.", CARD)
    data = read_artefact(starter.FILE).metadata["data"]
    for role in ("source", "target", "eval"):
        assert f"`{data[role]['id']}`" in CARD
    assert "Apache-2.0, says the package efficientnet-lite0" in CARD
    assert "without labels of it" in CARD


def test_nothing_of_it_names_a_folder_of_who_made_it():
    for file in FOLDER.iterdir():
        found = re.findall(
            rb"/(?:work|home|root|tmp|Users)/", file.read_bytes()
        )
        assert not found, file


@pytest.mark.slow
def test_its_card_s_figure_is_what_its_file_reaches():
    row = re.search(r"\| `model_int8.tflite` .* \| ([\d.]+) \(", CARD)
    found = tf_advseg.load("streets").evaluate("streets-real")
    # Kernels of other processors may round otherwise.
    assert 100 * found.miou == pytest.approx(float(row[1]), abs=0.1)


def test_it_predicts_without_being_asked_for_and_says_so(photo):
    status, said = run(input="photo.png", out="out", save="ids,entropy")
    assert status == 0
    assert said == [starter.ABOUT, "Predicted 1 images into out."]
    expected, _ = predict_whole(
        Network(read_artefact(starter.FILE)).predict,
        ids(photo),
        read_artefact(starter.FILE).size,
    )
    np.testing.assert_array_equal(ids("out/ids/photo.png"), expected)
    assert ids("out/entropy/photo.png").shape == (300, 400)
    assert len(np.unique(expected)) > 1


def test_three_lines_give_the_command_s_map(photo):
    run(model="streets", input="photo.png", out="out", save="ids")
    result = tf_advseg.load("streets")(photo)
    np.testing.assert_array_equal(result.classes, ids("out/ids/photo.png"))
    assert result.class_names == STREETS.names


@pytest.mark.parametrize("model", ["", "streets"])
def test_a_folder_with_a_corrupt_photo_is_told_as_ever(photo, tmp_path, model):
    (tmp_path / "broken.png").write_bytes(photo.read_bytes()[:99])
    status, said = run(model=model, input=".", out="out")
    assert status == 3
    assert said[1:3] == [
        "Predicted 1 images into out.",
        ".: 2 files taken; none left out.",
    ]
    assert said[3] == "Skipped 1 that cannot be read:"
    assert "broken.png" in said[4]


def test_a_large_photo_gets_a_map_of_its_own_size(photo):
    Image.new("RGB", (4000, 3000)).save("large.jpg")
    status, _ = run(input="large.jpg", out="out", save="ids")
    assert (status, ids("out/ids/large.png").shape) == (0, (3000, 4000))


def test_a_path_of_that_name_goes_before_it(photo, tmp_path):
    (tmp_path / "streets").mkdir()
    settings = PredictSettings(model="streets", input="photo.png")
    assert not settings.is_starter and not settings.exported
    with pytest.raises(ValueError, match="folder 'streets' has neither best"):
        tf_advseg.load("streets")
    assert PredictSettings(input="photo.png").is_starter


def test_an_exported_file_of_one_s_own_predicts_too(photo, tmp_path):
    model = toy_artefact.write_toy_artefact(tmp_path / "toy.tflite", (24, 40))
    status, said = run(model=str(model), input="photo.png", out="o", save="ids")
    assert (status, said) == (0, ["Predicted 1 images into o."])
    expected = tf_advseg.load(model)(photo).classes
    np.testing.assert_array_equal(ids("o/ids/photo.png"), expected)
    checksums.record(model)
    model.write_bytes(model.read_bytes().replace(b"colours", b"colourS"))
    with pytest.raises(ValueError, match=r"toy\.tflite' was changed since"):
        run(model=str(model), input="photo.png", out="again")
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("ensemble_weights", "1"),
        ("combine", "probabilities"),
        ("size", "native"),
        ("tta_scales", "1,2"),
        ("tta_flip", True),
        ("window", "64x64"),
        ("runner", "beam"),
    ],
)
@pytest.mark.parametrize("model", ["", "toy.tflite"])
def test_what_an_exported_file_cannot_do_is_refused(flag, value, model):
    with pytest.raises(ValueError, match=f"^--{flag}={value} needs a .keras"):
        PredictSettings(model=model, **{flag: value})


def test_the_page_offers_it_without_a_model(photo, tmp_path, monkeypatch):
    monkeypatch.setattr(site, "_copy_runtime", lambda packages, folder: None)
    said = []
    settings = BrowserSettings(out="page", packages=".")
    assert browser.run([], settings, said.append) == 0
    assert said[0] == starter.ABOUT
    shown = tmp_path / "page/models" / starter.FILE.name
    digest = hashlib.sha256(starter.FILE.read_bytes()).hexdigest()
    assert hashlib.sha256(shown.read_bytes()).hexdigest() == digest


@pytest.mark.slow
def test_one_word_is_enough(photo, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tf_advseg", "predict", "photo.png"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == starter.ABOUT
    assert (tmp_path / "predictions/overlay/photo.jpg").is_file()
