"""A report made of small numbers, without a network or an image."""

from pathlib import Path

import numpy as np

from tf_advseg.evaluation.measurement import AgainstTruth
from tf_advseg.evaluation.measurement import Measurement
from tf_advseg.metrics.bootstrap import pixel_counts
from tf_advseg.metrics.calibration import reliability
from tf_advseg.reporting.facts import Group
from tf_advseg.reporting.facts import ImageCard
from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.facts import RunFacts
from tf_advseg.reporting.facts import RunRecord
from tf_advseg.reporting.facts import View
from tf_advseg.reporting.grouping import groups_of
from tf_advseg.reporting.verdict import with_gains

NAMES = ("road", "car", "sky")
PALETTE = ((128, 64, 128), (0, 0, 142), (255, 255, 255))
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAA"
    "DUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def record(method="advent", seed=0, **changes) -> RunRecord:
    """A run's folder of which only the settings are known."""
    path = Path(f"runs/{method}-seed{seed}")
    facts = {
        "path": path,
        "settings": {"method": method, "seed": seed, "source": "sim"},
        "environment": {},
        "curves": {},
        "recorded": None,
        "selection": None,
        "alarms": None,
        "data": None,
        "gate": None,
        "model": path / "last.keras",
        "chosen_by": "last step",
        "step": 600,
    }
    return RunRecord(**{**facts, **changes})


def measurement(
    right=0.6, num_images=12, names=NAMES, labelled=True, entropy=0.3
) -> Measurement:
    """Images of 100 pixels a class, of which about `right` are right."""
    size = len(names)
    generator = np.random.default_rng(0)
    shares = np.clip(right + 0.05 * generator.standard_normal(num_images), 0, 1)
    confusions = []
    for share in shares:
        hits = round(100 * share)
        missed = np.roll(np.eye(size, dtype=int), 1, axis=1) * (100 - hits)
        confusions.append(np.eye(size, dtype=int) * hits + missed)
    confusion = np.sum(confusions, axis=0)
    sure = generator.random(1000)
    truth = AgainstTruth(
        counts=np.stack([pixel_counts(one) for one in confusions]),
        confusion=confusion,
        reliability=reliability(
            np.zeros(1000, int), (sure > right).astype(int), sure, size
        ),
        boundary=np.full((2, size), 10) * [[1], [3]],
    )
    return Measurement(
        domain="real",
        split="val",
        class_names=names,
        entropies={str(index): entropy for index in range(num_images)},
        entropy_histogram=np.arange(25)[::-1] ** 2,
        predicted_pixels=confusion.sum(axis=0),
        num_in_split=num_images,
        faults={},
        truth=truth if labelled else None,
    )


def run(method="advent", seed=0, right=0.6, labelled=True, names=NAMES, **more):
    """A run with its measurements."""
    found = measurement(right, names=names, labelled=labelled)
    source = measurement(0.8, names=names)
    return RunFacts(record(method, seed, **more), source, found)


def pair_of_runs(after=0.7, before=0.5, labelled=True, names=NAMES, **more):
    """An adapted run and its baseline."""
    return [
        run("advent", 0, after, labelled, names, **more),
        run("source_only", 0, before, labelled, names),
    ]


def groups(runs) -> list[Group]:
    """The runs' groups with their gains."""
    return [with_gains(group, draws=200) for group in groups_of(runs)]


def report(runs=None, names=NAMES, cards=(), **changes) -> Report:
    """A report of runs."""
    runs = pair_of_runs(names=names) if runs is None else runs
    baselines = [r for r in runs if r.record.method_name == "source_only"]
    facts = {
        "groups": tuple(groups(runs)),
        "oracle": None,
        "baselines": tuple(baselines),
        "contests": {},
        "class_names": names,
        "palette": PALETTE[: len(names)],
        "cards": tuple(cards),
        "commands": {"The run:": "tf_advseg train"},
        "notes": (),
        "made": "Made by a test.",
    }
    return Report(**{**facts, **changes})


def card(key="a.png", labelled=True) -> ImageCard:
    """An image of one pixel, shown as 256 x 128."""
    views = (View("Prediction", PIXEL, PIXEL), View("Entropy", PIXEL, PIXEL))
    return ImageCard(
        key=key,
        reason="Gained most",
        before=0.2,
        after=0.4,
        size=(128, 256),
        photo=PIXEL,
        truth=PIXEL if labelled else None,
        views=views,
    )
