"""Training with a few labelled images of the target, as a command."""

import dataclasses
import json

import numpy as np
import pytest
from toy_settings import SAME_BITS
from toy_settings import TINY

from tf_advseg.commands import train as training_command
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.runs.overview.facts import read_facts
from tf_advseg.runs.overview.lineage import lineage
from tf_advseg.runs.overview.listing import table

pytestmark = pytest.mark.slow

FEW = dataclasses.replace(
    TINY,
    target_labels="streets-real(size=(32, 64), train=3, val=1, seed=5)",
    target_labels_share=0.5,
    rare_class_temperature=0.1,
    class_weights="balanced",
    select="last",
    snapshots=0,
)


def trained(folder, **changes):
    settings = dataclasses.replace(FEW, run=str(folder), **changes)
    assert training_command.run(settings, lambda line: None) == 0
    return load_segmenter(folder / "last.keras")[0].get_weights()


@pytest.mark.parametrize("method", ["source_only", "advent", "dacs"])
def test_a_run_goes_on_bit_by_bit(method, tmp_path, monkeypatch):
    whole = trained(tmp_path / "whole", method=method, steps=4, **SAME_BITS)
    half = tmp_path / "half"
    schedule = {"method": method, "schedule_steps": 4, **SAME_BITS}
    # Killed after two of four steps: the checkpoint is there, no end is.
    trained(half, steps=2, **schedule)
    (half / "finished.json").unlink()
    config = json.loads((half / "config.json").read_text())
    config |= {"steps": 4, "schedule_steps": 0}
    (half / "config.json").write_text(json.dumps(config))
    resumed = trained(half, method=method, steps=4, resume=True, **SAME_BITS)
    for one, other in zip(whole, resumed, strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_was_learned_from_is_told_everywhere(tmp_path):
    run = tmp_path / "run"
    without = trained(tmp_path / "without", target_labels="", steps=2)
    ours = trained(run, steps=2)
    assert any((a != b).any() for a, b in zip(without, ours, strict=True))
    data = json.loads((run / "data.json").read_text())
    assert data["target_labels"]["num_images"] == 3
    assert (run / f"manifests/{data['target_labels']['id']}.json").is_file()
    facts = read_metadata(run / "last.keras")
    assert facts["target_labels"] == "streets-real, 3 images"
    assert facts["data"]["target_labels"] == data["target_labels"]
    found = lineage(run)
    assert "target_labels" in found["models"][0]["data"]
    assert "target_labels" in (run / "run.yaml").read_text()
    assert "streets-sim + streets-real" in table([read_facts(run)], [])
    after = trained(tmp_path / "after", start=str(run), steps=1)
    assert after is not None
    parent = read_metadata(tmp_path / "after" / "last.keras")["started_from"]
    assert parent["target_labels"] == "streets-real, 3 images"
