"""docs/reproduce.md: its presets exist and its figures add up."""

import re

import numpy as np
import pytest
from places import ROOT

from tf_advseg.experiment import registry
from tf_advseg.settings.parts import presets

PAGE = ROOT / "docs" / "reproduce.md"
TEXT = PAGE.read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| ")
]
MEANS = [row for row in ROWS if row[1:2] and row[1] in ("VGG-16", "ResNet-101")]


def by_class(row):
    """The row of IoUs that belongs to a row of means, if there is one."""
    columns = 21 if len(row) == 5 else 18
    found = [r for r in ROWS if r[:2] == row[:2] and len(r) == columns]
    return found[0][2:] if found else []


def test_every_preset_named_exists_and_every_papers_preset_is_named():
    words = set(re.findall(r"\b(?:gta5|synthia)_cityscapes_\w+", TEXT))
    assert words == {p for p in presets.PRESETS if "_cityscapes_" in p}


def test_every_method_named_exists():
    calls = re.findall(r"--method='?(\w+(?:\([^)]*\))?)", TEXT)
    assert "minent(hardest=0.3)" in calls
    for call in calls:
        registry.make_method(call)


def published(rows):
    return [row for row in rows if len(row) in (5, 6) and by_class(row)]


@pytest.mark.parametrize("row", published(MEANS), ids=lambda r: " ".join(r[:2]))
def test_classes_average_to_the_mean_beside_them(row):
    values = [np.nan if v == "-" else float(v) for v in by_class(row)]
    if len(row) == 5:
        assert np.mean(values) == pytest.approx(float(row[3]), abs=0.06)
        return
    if row[3] != "-":
        assert np.mean(values) == pytest.approx(float(row[3]), abs=0.06)
    thirteen = values[:3] + values[6:]
    assert np.mean(thirteen) == pytest.approx(float(row[4]), abs=0.06)
