"""A transformer of KerasHub, from training to files that pass the gate."""

import dataclasses
import json

import numpy as np
import pytest
from toy_settings import TINY

from tf_advseg.commands import export as export_command
from tf_advseg.commands import train as train_command
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.settings.export import ExportSettings

pytest.importorskip("keras_hub")
pytestmark = pytest.mark.slow
MIT = (
    'keras_hub(model="mit_b0", options={"hidden_dims": [8, 16, 24, 32], '
    '"layerwise_num_heads": [1, 2, 3, 4], "layerwise_depths": [1, 1, 1, 1]})'
)


def test_it_trains_saves_loads_and_passes_the_gate(tmp_path):
    run = tmp_path / "run"
    settings = dataclasses.replace(
        TINY, method="source_only", backbone=MIT, decoder="fpn", steps=2
    )
    train_command.run(dataclasses.replace(settings, run=str(run)))
    segmenter, facts = load_segmenter(run / "last.keras")
    assert facts["backbone"].startswith("keras_hub(options=")
    images = np.zeros((1, 32, 64, 3), np.float32)
    assert np.isfinite(segmenter(images)["main"]).all()
    report = []
    status = export_command.run(
        ExportSettings(
            model=str(run),
            target=TINY.target,
            out=str(tmp_path / "out"),
            formats="tflite_float32",
            gate_images=2,
        ),
        report.append,
    )
    assert status == 0, "\n".join(report)
    gate = json.loads((tmp_path / "out" / "gate.json").read_text())
    kept = {a["name"]: a for a in gate["artefacts"] if a["kept"]}
    assert set(kept) == {"model_float32.tflite"}
    assert all(artefact["passed"] for artefact in kept.values())
    assert all(artefact["agreement"] > 99.9 for artefact in kept.values())
    # Plain operations, in one piece for XNNPACK.
    assert kept["model_float32.tflite"]["partitions"] == 1
