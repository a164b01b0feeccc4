"""`tf_advseg predict`, end to end, on a segmenter of colours."""

import json
import subprocess
import sys

import numpy as np
import pytest
import toy_segmenter
from PIL import Image
from toy_segmenter import BLUE
from toy_segmenter import CLASSES
from toy_segmenter import GREEN
from toy_segmenter import RED
from toy_segmenter import paint

from tf_advseg.base.checks import DataError
from tf_advseg.commands import predict as prediction_command
from tf_advseg.settings.predict import PredictSettings

MAP = np.array([[RED, RED, GREEN], [BLUE, BLUE, GREEN]], np.uint8)


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "my photos"
    folder.mkdir()
    return folder


@pytest.fixture
def model(tmp_path):
    return toy_segmenter.save_colour_segmenter(tmp_path / "model.keras")


def _run(photos, model, **options):
    """Predicts and returns the exit status, the output folder, the report."""
    report = []
    out = photos.parent / "out"
    settings = PredictSettings(
        model=str(model), input=str(photos), out=str(out), **options
    )
    status = prediction_command.run(settings, report.append)
    return status, out, report


def _ids(path):
    with Image.open(path) as picture:
        return np.array(picture).tolist()


def _save(folder, name, image=None, **options):
    picture = Image.fromarray(paint(MAP) if image is None else image)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    picture.save(folder / name, **options)
    return picture


def test_every_kind_of_output_is_written(photos, model):
    _save(photos, "straße/ein bild.png")
    status, out, report = _run(
        photos, model, save="ids,classes,overlay,entropy"
    )
    assert status == 0
    assert report == [
        f"Predicted 1 images into {out}.",
        f"{photos}: 1 file taken; none left out.",
    ]
    name = "straße/ein bild"
    assert _ids(out / f"ids/{name}.png") == MAP.tolist()
    assert _ids(out / f"classes/{name}.png") == MAP.tolist()
    # Pure colours leave no doubt: normalised entropy 0.
    assert not np.any(_ids(out / f"entropy/{name}.png"))
    assert np.shape(_ids(out / f"overlay/{name}.jpg")) == (2, 3, 3)


def test_a_class_map_shows_the_colours_of_its_classes(photos, model):
    _save(photos, "x.png")
    _, out, _ = _run(photos, model)
    with Image.open(out / "classes/x.png") as picture:
        colours = np.array(picture.convert("RGB"))
    np.testing.assert_array_equal(colours, np.array(CLASSES.palette)[MAP])


def test_outputs_have_the_size_of_the_image_not_of_the_network(
    photos, tmp_path
):
    model = toy_segmenter.save_colour_segmenter(
        tmp_path / "m.keras", image_size=[4, 8]
    )
    _save(photos, "x.png", np.zeros((9, 11, 3), np.uint8))
    _, out, _ = _run(photos, model, save="ids")
    assert np.shape(_ids(out / "ids/x.png")) == (9, 11)


def test_the_summary_says_what_the_ids_mean(photos, model):
    _save(photos, "x.png")
    _, out, _ = _run(photos, model, save="ids,entropy")
    summary = json.loads((out / "predictions.json").read_text())
    assert summary["classes"][1] == {
        "id": 1,
        "name": "green",
        "colour": [0, 200, 0],
    }
    assert summary["num_predicted"] == 1
    assert (out / "legend.png").is_file()


def test_corrupt_images_are_named_skipped_and_counted(photos, model):
    _save(photos, "good.png")
    _save(photos, "z/good.png")
    (photos / "empty.png").write_bytes(b"")
    (photos / "text.jpg").write_bytes(b"hello")
    whole = (photos / "good.png").read_bytes()
    (photos / "half.png").write_bytes(whole[: len(whole) // 2])
    status, out, report = _run(photos, model, save="ids")
    assert status == 3
    assert report[0] == f"Predicted 2 images into {out}."
    assert report[1] == f"{photos}: 5 files taken; none left out."
    assert report[2] == "Skipped 3 that cannot be read:"
    for name, line in zip(("empty", "half", "text"), report[3:], strict=True):
        assert name in line
    summary = json.loads((out / "predictions.json").read_text())
    assert sorted(summary["skipped"]) == ["empty", "half", "text"]
    assert sorted(p.name for p in out.rglob("ids/**/*.png")) == ["good.png"] * 2


def test_grey_alpha_palette_and_cmyk_images_are_understood(photos, model):
    rgb = Image.fromarray(paint(MAP))
    rgb.convert("L").save(photos / "grey.png")
    rgb.convert("RGBA").save(photos / "alpha.png")
    rgb.convert("P").save(photos / "palette.png")
    rgb.convert("CMYK").save(photos / "cmyk.tif")
    status, out, _ = _run(photos, model, save="ids")
    assert status == 0
    for name in ("alpha", "palette", "cmyk"):
        assert _ids(out / f"ids/{name}.png") == MAP.tolist(), name
    assert np.shape(_ids(out / "ids/grey.png")) == MAP.shape


def test_a_photo_is_predicted_upright(photos, model):
    exif = Image.Exif()
    exif[0x0112] = 6  # The camera was held at 90 degrees.
    _save(photos, "turned.png", np.rot90(paint(MAP)), exif=exif)
    _, out, _ = _run(photos, model, save="ids")
    assert _ids(out / "ids/turned.png") == MAP.tolist()


def test_a_second_run_replaces_the_first_and_does_not_read_it(photos, model):
    _save(photos, "x.png")
    settings = PredictSettings(
        model=str(model),
        input=str(photos),
        out=str(photos / "found"),
        save="ids",
    )
    for _ in range(2):
        assert prediction_command.run(settings, lambda _: None) == 0
    found = sorted(str(p.relative_to(photos)) for p in photos.rglob("*.png"))
    assert found == ["found/ids/x.png", "found/legend.png", "x.png"]


def test_batches_do_not_change_the_outputs(photos, model):
    rng = np.random.default_rng(0)
    for index in range(7):
        shape = (6, 8 + index // 3, 3)
        _save(photos, f"{index}.png", rng.integers(0, 256, shape, np.uint8))
    _, out, _ = _run(photos, model, save="ids")
    one = {p.name: p.read_bytes() for p in out.glob("ids/*")}
    _run(photos, model, save="ids", batch_size=4)
    assert one == {p.name: p.read_bytes() for p in out.glob("ids/*")}
    assert len(one) == 7


def test_several_models_predict_with_their_weights(photos, tmp_path):
    models = [
        toy_segmenter.save_colour_segmenter(
            tmp_path / f"{index}.keras", factors=factors
        )
        for index, factors in enumerate(((1, 0, 0), (0, 1, 0)))
    ]
    _save(photos, "x.png", np.full((1, 1, 3), 90, np.uint8))
    for weights, expected in (("2,1", RED), ("1,2", GREEN)):
        both = ",".join(map(str, models))
        _, out, _ = _run(photos, both, ensemble_weights=weights, save="ids")
        assert _ids(out / "ids/x.png") == [[expected]]


def test_models_of_two_sizes_need_a_size(photos, tmp_path):
    models = ",".join(
        str(
            toy_segmenter.save_colour_segmenter(tmp_path / f"{s}.keras", [s, s])
        )
        for s in (8, 16)
    )
    _save(photos, "x.png")
    with pytest.raises(ValueError, match=r"same image_size.*Give --size"):
        _run(photos, models)
    assert _run(photos, models, size="4x4")[0] == 0
    assert _run(photos, models, size="native")[0] == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": ", "}, "Say which model"),
        (
            {"model": "m.keras", "ensemble_weights": "a"},
            "--ensemble_weights: Can",
        ),
        ({"model": "m.keras", "size": "8"}, "Cannot read the size '8'"),
        ({"model": "m.keras", "batch_size": 0}, "at least 1; received 0"),
    ],
)
def test_settings_that_cannot_be_are_refused_at_once(options, message):
    with pytest.raises(ValueError, match=message):
        PredictSettings(**options)


def test_a_missing_input_is_said_before_a_model_is_loaded(tmp_path):
    settings = PredictSettings(model="gone.keras", input=str(tmp_path / "x"))
    with pytest.raises(DataError, match="does not exist"):
        prediction_command.run(settings)
    with pytest.raises(ValueError, match="Say what to predict"):
        prediction_command.run(PredictSettings(model="gone.keras"))


@pytest.mark.slow
def test_the_command_reports_and_exits(photos, model, tmp_path):
    _save(photos, "x.png")
    (photos / "bad.png").write_bytes(b"bad")
    command = [sys.executable, "-m", "tf_advseg", "predict", f"--model={model}"]
    done = subprocess.run(
        [*command, f"--input={photos}", f"--out={tmp_path / 'out'}"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 3, done.stderr
    assert "Skipped 1 that cannot be read" in done.stdout
    assert "Traceback" not in done.stderr
    failed = subprocess.run(
        [*command, f"--input={tmp_path / 'gone'}"],
        capture_output=True,
        text=True,
    )
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1].startswith("error: The input")


def test_what_is_seen_at_several_sizes_is_averaged_and_told_of(photos, model):
    _save(photos, "a.png")
    _, out, _ = _run(photos, model, tta_scales="1,2", tta_flip=True)
    assert _ids(out / "classes" / "a.png") == MAP.tolist()
    facts = json.loads((out / "predictions.json").read_text())
    assert facts["views"] == "1, 1 mirrored, 2, 2 mirrored"


def test_a_window_slides_and_is_told_of(photos, model):
    _save(photos, "a.png")
    _, out, _ = _run(photos, model, window="2x2", overlap=0.0)
    assert _ids(out / "classes" / "a.png") == MAP.tolist()
    facts = json.loads((out / "predictions.json").read_text())
    assert facts["window"] == "2x2, overlap 0"


def test_one_look_is_told_of_by_nothing(photos, model):
    _save(photos, "a.png")
    _, out, _ = _run(photos, model)
    assert "views" not in json.loads((out / "predictions.json").read_text())
