"""`tf_advseg export`, end to end, on a segmenter of colours."""

import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import toy_segmenter
from PIL import Image

from tf_advseg.base.checks import DataError
from tf_advseg.base.files import checksums
from tf_advseg.commands import export as export_command
from tf_advseg.commands import publish as publish_command
from tf_advseg.export.artefacts.home_images import HomeImages
from tf_advseg.export.artefacts.workshop import Workshop
from tf_advseg.export.formats import tflite
from tf_advseg.export.formats.format import Order
from tf_advseg.export.formats.tflite.runtime import TFLiteRuntime
from tf_advseg.export.formats.tflite.stages import tflite_stages
from tf_advseg.export.gate.stages import relative_error
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.settings.export import FORMATS
from tf_advseg.settings.export import ExportSettings
from tf_advseg.settings.publish import PublishSettings
from tf_advseg.sharing import signing
from tf_advseg.sharing.push.pushing import pull


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return toy_segmenter.save_colour_segmenter(
        tmp_path_factory.mktemp("model") / "model.keras",
        image_size=[8, 16],
        factors=(0.03, 0.03, 0.03),
        stride=2,
    )


@pytest.fixture(scope="module")
def camera(tmp_path_factory):
    """Unlabelled `train`, labelled `val`, of larger images."""
    root = tmp_path_factory.mktemp("camera")
    rng = np.random.default_rng(0)
    for split in ("train", "val"):
        (root / split / "images").mkdir(parents=True)
        for number in range(3):
            ids = rng.integers(0, 3, (4, 5)).repeat(4, 0).repeat(6, 1)
            image = Image.fromarray(toy_segmenter.paint(ids))
            image.save(root / split / f"images/{number}.png")
            if split == "val":
                (root / "val/labels").mkdir(exist_ok=True)
                label = Image.fromarray(ids.astype(np.uint8))
                label.save(root / f"val/labels/{number}.png")
    return root


def _run(model, camera, out, **options):
    report = []
    settings = ExportSettings(
        model=str(model),
        target=str(camera),
        out=str(out),
        calibration_images=3,
        gate_images=2,
        **options,
    )
    status = export_command.run(settings, report.append)
    return status, "\n".join(report)


@pytest.mark.slow
def test_what_is_the_same_model_is_published(model, camera, tmp_path):
    pytest.importorskip("tf2onnx")
    formats = ",".join(FORMATS)
    status, report = _run(
        model, camera, tmp_path, formats=formats, quantised_miou_drop=5.0
    )
    assert status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "README.md",
        "gate.json",
        "gate.md",
        "model.onnx",
        "model.onnx.sha256",
        "model_dynamic.tflite",
        "model_dynamic.tflite.sha256",
        "model_float16.tflite",
        "model_float16.tflite.sha256",
        "model_float32.tflite",
        "model_float32.tflite.sha256",
        "model_int8.tflite",
        "model_int8.tflite.sha256",
        "saved_model",
        "saved_model.sha256",
        "tf_advseg_edge.pyz",
    ]
    gate = json.loads((tmp_path / "gate.json").read_text())
    assert gate["images"] == {
        "domain": camera.name,
        "split": "val",
        "num_images": 2,
        "labelled": True,
    }
    by_name = {a["name"]: a for a in gate["artefacts"] if a["kept"]}
    assert by_name["saved_model"]["agreement"] == 100
    assert by_name["saved_model"]["stages"]["resized"] == 0
    assert by_name["model_float32.tflite"]["agreement"] == 100
    assert by_name["model.onnx"]["agreement"] == 100
    for artefact in by_name.values():
        assert artefact["passed"] and artefact["latency"]["p50"] > 0
        assert set(artefact["iou_change"]) == {"red", "green", "blue"}
    assert "# Is it the same model?" in report


@pytest.mark.slow
def test_what_the_card_tells_to_do_works(model, camera, tmp_path, monkeypatch):
    """Its three ways to run the model, as they stand there, once pushed."""
    pytest.importorskip("fsspec")
    options = {"formats": "saved_model,tflite_float32"}
    models = str(tmp_path / "models")
    _, report = _run(
        model, camera, tmp_path / "export", push_to=models, **options
    )
    assert f"Pushed to {models}: version " in report
    tmp_path = tmp_path / "pulled"
    pull(models, tmp_path)
    photo = Image.open(camera / "val/images/0.png").convert("RGB")
    photo.resize((16, 8)).save(tmp_path / "photo.jpg", quality=100)
    monkeypatch.chdir(tmp_path)
    card = (tmp_path / "README.md").read_text()
    blocks = re.findall(r"```(\w+)\n(.*?)```", card, re.DOTALL)
    assert [language for language, _ in blocks] == ["python", "python", "sh"]
    found = []
    for _, code in blocks[:2]:
        names = {}
        exec(code, names)
        found.append(np.asarray(names["classes"]))
    command = blocks[2][1].replace("python", sys.executable, 1)
    subprocess.run(command, shell=True, check=True, capture_output=True)
    ids = sorted(Path("predictions/ids").iterdir())
    found.append(np.asarray(Image.open(ids[0])))
    assert found[0].shape == (8, 16) and len(np.unique(found[0])) > 1
    for classes in found[1:]:
        np.testing.assert_array_equal(classes, found[0])


@pytest.mark.slow
def test_what_passed_the_gate_can_be_published_and_nothing_else(
    model, camera, tmp_path
):
    out = tmp_path / "elsewhere"
    publication = PublishSettings(
        saved_model=str(out), out=str(tmp_path / "serving"), warmup=False
    )
    assert _run(model, camera, out, formats="saved_model")[0] == 0
    assert publish_command.run(publication, print) == 0
    options = {"formats": "saved_model", "exact_agreement": 100.5}
    status, report = _run(model, camera, out, **options)
    assert status == 4
    assert "Train longer" in report and "--exact_agreement=100." in report
    with pytest.raises(DataError, match="last export refused"):
        publish_command.run(publication, print)
    _run(model, camera, out / "new", formats="saved_model", gate=False)
    publication = dataclasses.replace(publication, saved_model=str(out / "new"))
    with pytest.raises(DataError, match="never held against Keras"):
        publish_command.run(publication, print)


@pytest.mark.slow
def test_what_is_not_stays_away_and_leaves_the_old_file(
    model, camera, tmp_path
):
    (tmp_path / "model_float16.tflite").write_text("old")
    status, report = _run(
        model,
        camera,
        tmp_path,
        formats="tflite_float32,tflite_float16",
        float16_agreement=100.5,
    )
    assert status == 4
    assert "REFUSED: model_float16.tflite" in report
    assert (tmp_path / "model_float16.tflite").read_text() == "old"
    assert TFLiteRuntime(tmp_path / "model_float32.tflite").size == (8, 16)
    assert "NOT published" in (tmp_path / "gate.md").read_text()
    assert not list(tmp_path.glob(".*"))


def test_without_the_gate_several_sizes_get_names(model, camera, tmp_path):
    status, _ = _run(
        model,
        camera,
        tmp_path,
        formats="tflite_float32",
        sizes="8x16,12x20",
        gate=False,
    )
    assert status == 0
    names = sorted(path.name for path in tmp_path.glob("*.tflite"))
    assert names == ["model_float32_12x20.tflite", "model_float32_8x16.tflite"]
    assert all(checksums.check(tmp_path / name) for name in names)
    card = (tmp_path / "README.md").read_text()
    assert "| `model_float32_8x16.tflite` | unknown |" in card
    assert "The gate was not asked" in card


def test_a_signature_is_of_this_export_or_there_is_none(
    model, camera, tmp_path
):
    pytest.importorskip("OpenSSL")
    pytest.importorskip("model_signing")
    from signing_keys import write_keys

    keys = write_keys(tmp_path / "keys")
    out, options = tmp_path / "out", {"formats": "tflite_float32"}
    _, report = _run(
        model,
        camera,
        out,
        gate=False,
        sign_key=str(keys / "key.pem"),
        **options,
    )
    assert f"Signed: {out / 'model.sig'}" in report
    signing.verify(out, keys / "pub.pem")
    assert not list(out.glob(".*"))
    _run(model, camera, out, gate=False, **options)
    with pytest.raises(signing.BadSignature, match="is not signed"):
        signing.verify(out, keys / "pub.pem")


def test_a_key_that_is_none_is_told_before_the_work(model, camera, tmp_path):
    pytest.importorskip("OpenSSL")
    pytest.importorskip("model_signing")
    (tmp_path / "key.pem").write_text("none")
    with pytest.raises(DataError, match="is no private key"):
        _run(
            model, camera, tmp_path / "out", sign_key=str(tmp_path / "key.pem")
        )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "options, sentence",
    [
        ({}, "Say what to export"),
        (
            {"model": "x.keras", "push_to": "models", "gate": False},
            "--push_to is for what the gate let through",
        ),
        ({"model": "m.keras", "formats": "tflite_int4"}, "tflite_int8"),
        ({"model": "m.keras", "sizes": "native"}, "--sizes needs"),
        ({"model": "m.keras", "threads": 0}, "--threads"),
        ({"model": "m.keras", "quantizer": "litret"}, "Did you mean 'litert'"),
    ],
)
def test_settings_that_cannot_be_are_named(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        ExportSettings(**options)


def test_a_model_without_a_run_needs_a_target(model):
    with pytest.raises(ValueError, match="--target=DOMAIN"):
        export_command.run(ExportSettings(model=str(model)))


def test_a_run_whose_target_has_moved_says_which_flag_to_give(tmp_path):
    model = toy_segmenter.save_colour_segmenter(
        tmp_path / "run/best.keras", image_size=[8, 16]
    )
    config = {"target": str(tmp_path / "gone"), "target_split": "train"}
    (tmp_path / "run/config.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match=r"gone.* --target"):
        export_command.run(ExportSettings(run=str(model.parent)))


def test_the_stage_that_departs_is_found_in_the_artefact_itself(tmp_path):
    rng = np.random.default_rng(1)
    image = rng.integers(0, 256, (8, 16, 3), np.uint8)
    home = HomeImages("toys", "train", [image])
    right, wrong = (
        Ensemble([toy_segmenter.colour_segmenter((f, 0.03, 0.02), stride=2)])
        for f in (0.04, 0.05)
    )
    settings = ExportSettings(model="m.keras")
    order = Order(["tflite_float32"], (8, 16), settings, lambda: home)
    (made,) = tflite.FORMAT.write(Workshop(right, {}, home, tmp_path), order)
    found = tflite_stages(made.path, image)
    for ensemble, expected in ((right, 0), (wrong, 0.1)):
        stages = ensemble.stages(image[None].astype(np.float32), (8, 16))
        error = relative_error(found["logits"], stages["logits"].numpy())
        assert error == pytest.approx(expected, abs=1e-6) or error > expected
        features = relative_error(found["features"], stages["features"].numpy())
        assert features == pytest.approx(0, abs=1e-6)
