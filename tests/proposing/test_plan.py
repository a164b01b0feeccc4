"""Sizes, batch, memory and time of a first run."""

import pytest
import toy_pair_of_folders as toy

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import doctor
from tf_advseg.proposing import cost
from tf_advseg.proposing import folders
from tf_advseg.proposing import plan
from tf_advseg.proposing.cost_text import cost_lines
from tf_advseg.proposing.cost_text import duration
from tf_advseg.settings.train import TrainSettings

PLENTY = 64_000
MEASURED = [
    ("source_only", 8, "128x256", 1356, 0.53),
    ("advent", 2, "128x256", 1269, 0.49),
    ("advent", 4, "128x256", 1374, 0.67),
    ("advent", 8, "64x128", 1275, 0.40),
    ("advent", 8, "128x256", 1519, 1.15),
    ("advent", 8, "256x256", 1766, 1.82),
    ("advent", 8, "256x512", 2479, 3.80),
    ("dacs(threshold=0.9)", 8, "128x256", 1556, 1.41),
    ("mic", 8, "128x256", 1656, 1.72),
    ("self_training(masked_weight=1)", 8, "128x256", 1656, 1.72),
]
"""Method, batch, crop, MB, processor seconds: docs/init.md says by which."""


def survey(root, size):
    toy.folder(root, toy.ids(size=size), number=2, size=size)
    domain, _ = folders.without_classes(root)
    return doctor.survey(domain, "train", "source")


def planned(tmp_path, source, target, free=PLENTY):
    return plan.make_plan(
        [("source", "a", ""), ("target", "b", "")],
        "advent",
        survey(tmp_path / "a", source),
        survey(tmp_path / "b", target),
        free,
    )


@pytest.mark.parametrize(
    ("source", "target", "sizes"),
    [
        # Larger than 320: fitted; the crop has 128 * 256 pixels at most.
        ((720, 960), (720, 960), ("240x320", "240x320", "160x208")),
        ((64, 96), (64, 96), ("64x96", "64x96", "64x96")),
        # No crop that is larger than images of the source: 144 // 16 * 16.
        ((144, 256), (360, 480), ("144x256", "240x320", "144x208")),
        ((24, 40), (64, 96), ("24x40", "64x96", "32x32")),
    ],
)
def test_sizes_follow_the_images(tmp_path, source, target, sizes):
    found = planned(tmp_path, source, target).settings
    assert (found.source_size, found.target_size, found.crop) == sizes


def test_the_default_s_batch_where_there_is_room(tmp_path):
    found = planned(tmp_path, (128, 256), (128, 256))
    assert (found.settings.batch_size, found.settings.accumulate) == (8, 1)
    assert found.settings.steps == 1000  # Of photos_small.
    assert found.settings.compare == "source_only"


def test_a_smaller_batch_in_parts_where_there_is_little(tmp_path):
    found = planned(tmp_path, (128, 256), (128, 256), free=1750)
    settings = found.settings
    assert settings.batch_size < 8
    assert settings.batch_size * settings.accumulate == 8
    assert found.cost.peak_mb <= 0.8 * 1750
    reasons = {name: why for name, _, why in found.lines}
    assert "1,750 MB are free" in reasons["batch_size"]
    assert "not 8" in reasons["batch_size"]


def test_what_does_not_fit_at_all_is_told(tmp_path, monkeypatch):
    found = planned(tmp_path, (128, 256), (128, 256), free=600)
    assert found.settings.batch_size == 1
    reasons = {name: why for name, _, why in found.lines}
    assert "it may not fit" in reasons["batch_size"]
    monkeypatch.setattr(
        "tf_advseg.base.process.machine.free_megabytes", lambda: 600
    )
    lines = cost_lines(found.settings, found.cost, "")
    assert any("It may not fit" in line for line in lines)


@pytest.mark.parametrize(("method", "batch", "crop", "mb", "step"), MEASURED)
def test_the_estimate_is_near_what_was_measured(method, batch, crop, mb, step):
    settings = TrainSettings(
        method=method,
        batch_size=batch,
        crop=crop,
        source_size=crop,
        target_size=crop,
    )
    found = cost.estimate(settings, (40, 40))
    assert mb <= found.peak_mb <= 1.25 * mb  # Never less than it took.
    assert 0.8 * step <= found.step_s <= 1.25 * step


def test_decoded_images_are_kept_up_to_half_a_gibibyte():
    settings = TrainSettings(
        crop="128x256", source_size="128x256", target_size="128x256"
    )
    none = cost.estimate(settings, (0, 0)).peak_mb
    # 1,024 images of 128 KiB each.
    assert cost.estimate(settings, (1024, 0)).peak_mb == none + 128
    many = cost.estimate(settings, (10**6, 10**6)).peak_mb
    assert many == none + 2 * cost.CACHE_MB


def test_another_network_is_said_to_be_unmeasured():
    expected = cost.Cost(1000, 1.0)
    plain = "".join(cost_lines(TrainSettings(), expected, ""))
    other = TrainSettings(backbone="resnet101")
    assert "default network" not in plain
    assert "default network" in "".join(cost_lines(other, expected, ""))


def test_the_run_beside_counts_too():
    sizes = dict.fromkeys(("crop", "source_size", "target_size"), "64x64")
    settings = TrainSettings(**sizes, steps=3600)
    expected = cost.Cost(1000, 1.0)
    alone = cost_lines(settings, expected, "")[-1]
    assert "Time: rough, 62 min if one core did it all, without" in "".join(
        cost_lines(settings, expected, "")
    )
    both = "".join(cost_lines(settings, expected, "source_only"))
    assert "(both runs)" in both and "(both runs)" not in alone


def test_images_none_of_which_can_be_read_are_a_sentence(tmp_path):
    root = toy.folder(tmp_path / "a", toy.ids())
    for path in (root / "images").iterdir():
        path.write_bytes(b"")
    domain, _ = folders.without_classes(root)
    found = doctor.survey(domain, "train", "source")
    with pytest.raises(DataError, match=r"None of the 3 .* is empty \(0 byt"):
        plan.usual_size(found)


def test_durations_have_two_digits():
    assert [duration(s) for s in (45, 400, 9000)] == ["45 s", "7 min", "2.5 h"]
