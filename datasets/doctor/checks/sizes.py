"""Labels of another size than their image, images of an odd size, EXIF."""

import collections
from collections.abc import Iterator

from tf_advseg.datasets.doctor.finding import POSSIBLE
from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.doctor.finding import count
from tf_advseg.datasets.doctor.finding import listed
from tf_advseg.datasets.doctor.split_survey import SplitSurvey
from tf_advseg.datasets.file_facts import PairFacts
from tf_advseg.datasets.files.picture_modes import TURNED

_MOST = 0.95
"""Where this share of images have one size, the others are odd."""


def check(survey: SplitSurvey) -> Iterator[Finding]:
    """Finds pairs that do not lie on each other."""
    mismatched, turned, unsure, turned_labels = [], [], [], []
    for pair in survey.pairs:
        image, label = pair.image, pair.label
        if label is None or None in (image.stored_size, label.stored_size):
            continue
        if label.orientation != 1:
            turned_labels.append(label.path)
        elif label.stored_size != image.upright_size:
            was_turned = label.stored_size == image.stored_size
            (turned if was_turned else mismatched).append(pair)
        elif image.orientation != 1 and not _is_settled(pair):
            unsure.append(pair)
    yield from _mismatched(survey, mismatched)
    yield from _turned(survey, turned, unsure, turned_labels)
    yield from _odd(survey)


def _is_settled(pair: PairFacts) -> bool:
    """Whether the label's size shows that it was made of the upright image."""
    height, width = pair.image.stored_size
    return pair.image.orientation in TURNED and height != width


def _mismatched(
    survey: SplitSurvey, pairs: list[PairFacts]
) -> Iterator[Finding]:
    if not pairs:
        return
    first = pairs[0]
    paths = tuple(pair.label.path for pair in pairs)
    yield survey.error(
        "size_mismatch",
        f"{count(len(pairs), 'label', 'differ')} in size from their image: "
        f"{listed(paths)}; the first is {_text(first.label.stored_size)}, "
        f"its image {_text(first.image.upright_size)} (height x width).",
        "Export images and labels in one size.",
        paths,
    )


def _turned(survey, pairs, unsure, labels) -> Iterator[Finding]:
    if pairs:
        paths = tuple(pair.image.path for pair in pairs)
        yield survey.error(
            "exif_rotation",
            f"{count(len(pairs), 'image', 'are')} to be shown turned (EXIF "
            f"orientation), but their labels are not turned: {listed(paths)}.",
            "Turn the labels, or strip the EXIF orientation of the images if "
            "they were labelled unturned.",
            paths,
        )
    if unsure:
        paths = tuple(pair.image.path for pair in unsure)
        yield survey.warning(
            "exif_rotation",
            f"{count(len(unsure), 'image', 'are')} to be shown turned or "
            "mirrored (EXIF orientation), and the size of their labels does "
            f"not tell whether those are: {listed(paths)}.",
            "Look at overlays of them (--sheet); images are turned in "
            "training, labels never.",
            paths,
            POSSIBLE,
        )
    if labels:
        yield survey.error(
            "exif_rotation",
            f"{count(len(labels), 'label', 'have')} an EXIF orientation, which "
            f"is not applied to labels: {listed(labels)}.",
            "Save them upright, without EXIF.",
            tuple(labels),
        )


def _odd(survey: SplitSurvey) -> Iterator[Finding]:
    sizes = {
        pair.image.path: pair.image.stored_size
        for pair in survey.pairs
        if pair.image.stored_size
    }
    if not sizes:
        return
    (usual, number), *_ = collections.Counter(sizes.values()).most_common(1)
    # A phone held upright stores the same frame turned: that is no oddity.
    odd = tuple(
        path for path, size in sizes.items() if size not in (usual, usual[::-1])
    )
    if odd and number >= _MOST * len(sizes):
        yield survey.warning(
            "odd_size",
            f"{count(len(odd), 'image', 'are')} not {_text(usual)} as the "
            f"others are: {listed(odd)}; the first is {_text(sizes[odd[0]])}.",
            "Look at them: all images are resized to one size in training.",
            odd,
        )


def _text(size: tuple[int, int]) -> str:
    return f"{size[0]} x {size[1]}"
