"""Runs without a source: what they leave, and that they go on bit by bit."""

import dataclasses
import json

import numpy as np
import pytest
import toy_settings

from tf_advseg.base.process.exit_status import ALARMED
from tf_advseg.commands import train as training_command
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.runs.overview.lineage import lineage

pytestmark = pytest.mark.slow
TINY = dataclasses.replace(toy_settings.TINY, **toy_settings.SAME_BITS)


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    run = tmp_path_factory.mktemp("runs") / "start"
    settings = dataclasses.replace(
        TINY,
        method="source_only",
        steps=60,
        learning_rate=0.01,
        checkpoint_every=100,
        log_every=100,
        health_every=100,
        snapshots=0,
        run=str(run),
    )
    assert training_command.run(settings, lambda line: None) == 0
    return run


def adapted(start, folder, status=0, **changes):
    settings = dataclasses.replace(
        TINY,
        source="none",
        start=str(start),
        run=str(folder),
        **{"snapshots": 2} | changes,
    )
    assert training_command.run(settings, lambda line: None) == status
    return load_segmenter(folder / "last.keras")[0].get_weights()


MASKED = "self_training(floor=0, masked_weight=1, mask_block=8)"


@pytest.mark.parametrize("method", ["minent_cp", MASKED, "adabn"])
def test_a_run_goes_on_bit_by_bit(method, start, tmp_path):
    whole = adapted(start, tmp_path / "whole", method=method, steps=4)
    half = tmp_path / "half"
    adapted(start, half, method=method, steps=2, schedule_steps=4)
    (half / "finished.json").unlink()
    config = json.loads((half / "config.json").read_text())
    config |= {"steps": 4, "schedule_steps": 0}
    (half / "config.json").write_text(json.dumps(config))
    resumed = adapted(start, half, method=method, steps=4, resume=True)
    for one, other in zip(whole, resumed, strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_it_leaves_says_that_there_was_none(start, tmp_path):
    run = tmp_path / "run"
    adapted(start, run, method="maxsquare", steps=2, report="true")
    data = json.loads((run / "data.json").read_text())
    assert data["source"] is None and data["target"]["id"]
    facts = read_metadata(run / "best.keras")
    assert facts["source"] == "none"
    assert facts["started_from"]["source"] == "streets-sim"
    assert lineage(run)["models"][0]["parents"][0]["path"] == str(start)
    choice = json.loads((run / "selection.json").read_text())
    steps = {one["step"] for one in choice["candidates"]}
    assert 1 in steps  # The start is among them.
    assert choice["images"]["source"] == 0
    assert all(
        one["scores"]["source_miou"] is None for one in choice["candidates"]
    )
    assert (run / "report.html").is_file()


def test_an_alarm_ends_the_run_and_the_start_can_be_chosen(start, tmp_path):
    """Entropy at a rate that leaves nothing of what the start saw."""
    run = tmp_path / "run"
    adapted(
        start,
        run,
        status=ALARMED,
        method='minent(target_weights={"main": 1.0})',
        steps=12,
        snapshots=4,
        ema_decay=0.0,
        learning_rate=0.5,
    )
    alarms = json.loads((run / "alarms.json").read_text())["alarms"]
    assert [(a["kind"], a["step"]) for a in alarms] == [("adapting_hurts", 6)]
    choice = json.loads((run / "selection.json").read_text())
    assert 1 in {one["step"] for one in choice["candidates"]}
