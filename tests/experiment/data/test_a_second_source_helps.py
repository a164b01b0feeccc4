"""A toy world in which one source never shows what the other does."""

import dataclasses
import json

import numpy as np
import pytest
from toy_domains import write_label
from toy_pair_of_folders import save
from toy_pair_of_folders import stripes
from toy_settings import TINY

from tf_advseg.commands import train as training_command

COLOURS = np.array([(160, 60, 60), (60, 160, 60), (60, 60, 160)])
"""Of road, car and sky."""


def world(root, classes, brighter=0):
    """Images whose stripes are of some classes, and their labels."""
    rng = np.random.default_rng(len(classes))
    for number in range(6):
        label = stripes((32, 64), rng.permutation(classes))
        image = COLOURS[label] + rng.normal(brighter, 8, (*label.shape, 1))
        image = np.clip(image, 0, 255).astype(np.uint8)
        save(root / f"images/{number}.png", image)
        write_label(root / f"labels/{number}.png", label)
    names = ("road", "car", "sky")
    lines = [f"  - {{name: {n}, id: {i}}}" for i, n in enumerate(names)]
    text = "\n".join(["name: world", "classes:", *lines])
    (root / "classes.yaml").write_text(text + "\n")
    return root


def iou(folder, source, target):
    """Of each class of the target, after a run from a source, or several."""
    settings = dataclasses.replace(
        TINY,
        method="source_only",
        source=source,
        target=str(target),
        eval_split="train",
        batch_size=4,
        steps=40,
        learning_rate=1e-2,
        select="last",
        snapshots=0,
        health_every=0,
        run=str(folder),
    )
    assert training_command.run(settings, lambda line: None) == 0
    return json.loads((folder / "metrics.json").read_text())["iou"]


@pytest.mark.slow
def test_a_second_source_teaches_what_the_first_never_shows(tmp_path):
    first = world(tmp_path / "first", [0, 1])
    second = world(tmp_path / "second", [1, 2])
    target = world(tmp_path / "target", [0, 1, 2], brighter=10)
    alone = iou(tmp_path / "alone", str(first), target)
    both = iou(tmp_path / "both", f"{first},{second}", target)
    assert alone["sky"] == 0
    assert both["sky"] > 0.6
    assert both["road"] > 0.6
