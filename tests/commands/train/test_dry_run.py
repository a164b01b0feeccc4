"""`train --dry_run`: all that can be known before a step, and no step."""

import dataclasses

import pytest
from toy_settings import TINY

from tf_advseg.commands import train as command


def told(**changes):
    said = []
    settings = dataclasses.replace(TINY, dry_run=True, **changes)
    assert command.run(settings, said.append) == 0
    return "\n".join(said)


def test_what_would_be_trained_is_said_and_nothing_is_made(tmp_path):
    run = tmp_path / "runs" / "one"
    said = told(
        run=str(run),
        compare="source_only",
        target_size="auto",
        crop="auto",
    )
    assert "--target_size=32x64 --crop=32x64" in said
    assert "11 classes: road, sidewalk" in said
    assert "Beside the defaults: " in said and "--weights=none" in said
    beside, own = (x for x in said.split("\n") if x.startswith("Would train"))
    assert "source_only, 4 steps of 2 images of each domain, into" in beside
    assert own.endswith(
        f"advent, 4 steps of 2 images of each domain, into {run}"
    )
    assert "MB at most" in said and "Time: rough" in said
    assert said.endswith("Nothing was written or trained (--dry_run).")
    assert list(tmp_path.iterdir()) == []


def test_what_training_would_refuse_is_refused(tmp_path):
    with pytest.raises(ValueError, match="goes on from a trained model"):
        told(method="intrada", run=str(tmp_path / "one"))
