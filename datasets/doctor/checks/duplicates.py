"""The same image twice: in a split, across splits, across domains.

Copies are found by hash. Images that only look the same (saved again, scaled,
the next frame of a car that stands) by 64 brightness comparisons of which at
most `_BITS` differ, confirmed on 16 x 16 grey thumbnails.
"""

import collections
import itertools
from collections.abc import Iterator
from collections.abc import Sequence

import numpy as np

from tf_advseg.datasets.doctor.finding import CERTAIN
from tf_advseg.datasets.doctor.finding import ERROR
from tf_advseg.datasets.doctor.finding import LIKELY
from tf_advseg.datasets.doctor.finding import WARNING
from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.doctor.finding import count
from tf_advseg.datasets.doctor.split_survey import EVALUATION
from tf_advseg.datasets.doctor.split_survey import FEW_LABELS
from tf_advseg.datasets.doctor.split_survey import TARGET
from tf_advseg.datasets.doctor.split_survey import SplitSurvey
from tf_advseg.datasets.file_facts import ImageFacts

_BITS = 3
_DIFFERENCE = 2.0
"""Mean difference of thumbnails, of 255, up to which images are the same."""

_CONTRAST = 6.0
"""Flat images (fog, night) have comparisons that are noise."""

_ROWS = 512
_PER_IMAGE = 8
"""An image is compared with so many candidates in each block of `_ROWS`."""

_Pair = tuple[int, int]


def check(surveys: Sequence[SplitSurvey]) -> Iterator[Finding]:
    """Finds copies in and among splits; across splits they are leaks."""
    places = [
        (number, pair.image)
        for number, survey in enumerate(surveys)
        for pair in survey.pairs
    ]
    copies = _copies([image for _, image in places])
    yield from _findings(surveys, places, copies, near=False)
    near = near_duplicates([image for _, image in places])
    yield from _findings(surveys, places, near, near=True)


def _copies(images: Sequence[ImageFacts]) -> set[_Pair]:
    """Pairs of indices of equal files; each file with the first like it."""
    first: dict[str, int] = {}
    found = set()
    for i, image in enumerate(images):
        if image.sha256 and image.num_bytes:
            j = first.setdefault(image.sha256, i)
            if i != j:
                found.add((j, i))
    return found


def near_duplicates(images: Sequence[ImageFacts]) -> set[_Pair]:
    """Returns the pairs of indices of images that look the same."""
    usable, all_signs, all_thumbs = [], [], []
    for i, image in enumerate(images):
        if image.thumb is not None and image.thumb.std() >= _CONTRAST:
            usable.append(i)
            all_signs.append(image.signs)
            all_thumbs.append(image.thumb)
    if len(usable) < 2:
        return set()
    signs = np.where(np.stack(all_signs), 1, -1).astype(np.float32)
    thumbs = np.stack(all_thumbs).astype(np.int16)
    found = set()
    for start in range(0, len(usable), _ROWS):
        # A product of signs counts agreements minus differences.
        agreement = signs[start : start + _ROWS] @ signs[start:].T
        columns, rows = np.nonzero(agreement.T >= 64 - 2 * _BITS)
        few = columns > rows  # Each pair once,
        few &= _rank(columns) < _PER_IMAGE  # and a static scene's not all.
        rows, columns = rows[few] + start, columns[few] + start
        differences = np.abs(thumbs[rows] - thumbs[columns]).mean(axis=(1, 2))
        same = differences <= _DIFFERENCE
        found |= {
            (usable[i], usable[j])
            for i, j in zip(rows[same], columns[same], strict=True)
            if images[usable[i]].sha256 != images[usable[j]].sha256
        }
    return found


def _rank(values: np.ndarray) -> np.ndarray:
    """The how manieth of its value each entry of a sorted array is."""
    return np.arange(len(values)) - np.searchsorted(values, values)


def _findings(surveys, places, pairs: set[_Pair], near: bool):
    """One finding for each two splits, or one, that share images."""
    by_splits = collections.defaultdict(list)
    for i, j in sorted(pairs):
        by_splits[places[i][0], places[j][0]].append((i, j))
    for (one, other), members in by_splits.items():
        if {surveys[one].role, surveys[other].role} == {TARGET, FEW_LABELS}:
            continue  # They were chosen among the target's images.
        images = [(places[i][1].path, places[j][1].path) for i, j in members]
        if one == other:
            yield _within(surveys[one], images, near)
        else:
            yield _across(surveys[one], surveys[other], images, near)


def _within(survey, images, near: bool) -> Finding:
    files = {path for pair in images for path in pair}
    verb, what = ("look", "the same as") if near else ("are", "copies of")
    return survey.warning(
        "near_duplicate" if near else "duplicate",
        f"{count(len(files), 'image', verb)} {what} one another: "
        f"{_examples(images)}.",
        "Frames of a vehicle that stands: thin them out."
        if near
        else "Keep one of each; copies count double in training.",
        sorted(files),
        LIKELY if near else CERTAIN,
    )


def _across(one, other, images, near: bool) -> Finding:
    roles = {one.role, other.role}
    leaks = EVALUATION in roles or one.domain is other.domain
    files = {second for _, second in images}
    verb, what = ("look", "the same as images") if near else ("are", "also")
    code = "leak" if leaks else "duplicate_across_domains"
    return other.finding(
        ERROR if leaks and not near else WARNING,
        f"near_{code}" if near else code,
        f"{count(len(files), 'image', verb)} {what} in {one.where}: "
        f"{_examples(images)}.",
        "Remove them from one of the two: what is trained on must not be "
        "evaluated on."
        if leaks
        else "Make sure that this is meant.",
        sorted(files),
        LIKELY if near else CERTAIN,
    )


def _examples(images: Sequence[tuple[str, str]]) -> str:
    shown = [f"{a!r} and {b!r}" for a, b in itertools.islice(images, 2)]
    more = len(images) - len(shown)
    return "; ".join(shown) + (f"; and {more:,} more pairs" if more else "")
