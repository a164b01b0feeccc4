"""A network of two scales, from training to files that pass the gate."""

import dataclasses
import json

import numpy as np
import pytest
from PIL import Image
from toy_settings import TINY

from tf_advseg.commands import export as export_command
from tf_advseg.commands import predict as predict_command
from tf_advseg.commands import train as train_command
from tf_advseg.networks.decoders.two_scales import windows_of
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.settings.export import ExportSettings
from tf_advseg.settings.predict import PredictSettings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run that trained, evaluated itself and chose its model."""
    path = tmp_path_factory.mktemp("runs") / "run"
    settings = dataclasses.replace(
        TINY,
        method="mic(mask_block=8)",
        decoder="fpn(channels=8)",
        detail_window="16x32",
        steps=2,
        run=str(path),
    )
    assert train_command.run(settings) == 0
    return path


def test_it_is_chosen_and_says_its_scales(run):
    segmenter, facts = load_segmenter(run / "best.keras")
    assert facts["detail_window"] == "16x32"
    assert windows_of(segmenter).size == (16, 32)
    rows = (run / "metrics.csv").read_text().splitlines()
    told = {row.split(",")[1] for row in rows}
    for lesson in ("source", "target", "masked"):
        assert {f"{lesson}/main", f"{lesson}/detail"} <= told


def test_it_predicts(run, tmp_path):
    photo = tmp_path / "photo.png"
    Image.fromarray(np.zeros((30, 50, 3), np.uint8)).save(photo)
    out = tmp_path / "out"
    settings = PredictSettings(model=str(run), input=str(photo), out=str(out))
    assert predict_command.run(settings, print) == 0
    with Image.open(out / "classes" / "photo.png") as classes:
        assert classes.size == (50, 30)


def test_its_artefacts_pass_the_gate(run, tmp_path):
    report = []
    status = export_command.run(
        ExportSettings(
            model=str(run),
            target=TINY.target,
            out=str(tmp_path / "out"),
            formats="saved_model,tflite_float32",
            gate_images=2,
        ),
        report.append,
    )
    assert status == 0, "\n".join(report)
    gate = json.loads((tmp_path / "out" / "gate.json").read_text())
    kept = {a["name"]: a for a in gate["artefacts"] if a["kept"]}
    assert set(kept) == {"saved_model", "model_float32.tflite"}
    assert all(artefact["passed"] for artefact in kept.values())
    assert all(artefact["agreement"] > 99.9 for artefact in kept.values())
