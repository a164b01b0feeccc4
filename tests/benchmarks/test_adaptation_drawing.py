"""Pictures show what runs see; those of real images stay outside."""

import numpy as np
import pytest
import toy_runs
from PIL import Image
from places import ROOT

from benchmarks.adaptation import drawing
from benchmarks.adaptation.records import Record


def test_the_runs_that_are_there_are_drawn(tmp_path):
    data = [toy_runs.write_domain(tmp_path / d, noise=0) for d in ("a", "b")]
    runs = tmp_path / "runs"
    for method, factors in (
        ("source_only", (1.0, 1.0, -1.0)),
        ("target_oracle", (1.0, 1.0, 1.0)),
    ):
        toy_runs.write_run(
            runs / "streets" / f"{method}-seed0",
            method,
            *data,
            factors=factors,
            eval_split="train",
            target_size="16x32",
        )
    file = tmp_path / "pictures" / "streets.png"
    record = Record(tmp_path / "none.json")
    shown = drawing.draw("streets", record, runs, file)
    assert shown == ["source_only", "target_oracle"]
    sheet = np.asarray(Image.open(file))
    # Below the legend and the titles: image, label, and what each run sees;
    # the one that sees no blue paints less of it.
    blue = (sheet == (0, 0, 200)).all(axis=-1)
    columns = np.split(blue[-16:], np.arange(36, 144, 36), axis=1)
    counts = [int(column.sum()) for column in columns[1:4]]
    assert counts[0] == counts[2] > counts[1]


def test_without_folders_nothing_is_drawn(tmp_path):
    file = tmp_path / "streets.png"
    record = Record(tmp_path / "none.json")
    assert drawing.draw("streets", record, tmp_path, file) == []
    assert not file.exists()


def test_pictures_of_real_images_stay_outside_of_the_checkout(tmp_path):
    drawing.check_outside(tmp_path)
    with pytest.raises(ValueError, match="must not be published"):
        drawing.check_outside(ROOT / "docs")
