"""Labels of another size than their image, images of an odd size, EXIF."""

import collections
from collections.abc import Iterator

from tf_advseg.datasets.doctor.finding import POSSIBLE
from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.doctor.finding import count
from tf_advseg.datasets.doctor.finding import listed
from tf_advseg.datasets.doctor.split_survey import SplitSurvey
from tf_advseg.datasets.file_facts import ImageFacts
from tf_advseg.datasets.files.orientation import SWAPPING

_Size = tuple[int, int]

_MOST = 0.95
"""Where this share of images have one size, the others are odd."""


def check(survey: SplitSurvey) -> Iterator[Finding]:
    """Finds pairs that do not lie on each other."""
    mismatched, turned, unsure, turned_labels = [], [], [], []
    for pair in survey.pairs:
        image, label = pair.image, pair.label
        upright = image.upright_size
        if label is None or label.stored_size is None or upright is None:
            continue
        if label.orientation != 1:
            turned_labels.append(label.path)
        elif label.stored_size == image.stored_size != upright:
            turned.append(image.path)
        elif label.stored_size != upright:
            mismatched.append((label.path, label.stored_size, upright))
        elif image.orientation != 1 and not _is_settled(image, upright):
            unsure.append(image.path)
    yield from _mismatched(survey, mismatched)
    yield from _turned(survey, turned, unsure, turned_labels)
    yield from _odd(survey)


def _is_settled(image: ImageFacts, size: _Size) -> bool:
    """Whether the label's size shows that it was made of the upright image."""
    height, width = size
    return image.orientation in SWAPPING and height != width


def _mismatched(
    survey: SplitSurvey, labels: list[tuple[str, _Size, _Size]]
) -> Iterator[Finding]:
    if not labels:
        return
    paths = tuple(path for path, _, _ in labels)
    _, size, image_size = labels[0]
    yield survey.error(
        "size_mismatch",
        f"{count(len(paths), 'label', 'differ')} in size from their image: "
        f"{listed(paths)}; the first is {_text(size)}, its image "
        f"{_text(image_size)} (height x width).",
        "Export images and labels in one size.",
        paths,
    )


def _turned(survey, images, unsure, labels) -> Iterator[Finding]:
    if images:
        yield survey.error(
            "exif_rotation",
            f"{count(len(images), 'image', 'are')} to be shown turned (EXIF "
            f"orientation), but their labels are not turned: {listed(images)}.",
            "Turn the labels, or strip the EXIF orientation of the images if "
            "they were labelled unturned.",
            tuple(images),
        )
    if unsure:
        yield survey.warning(
            "exif_rotation",
            f"{count(len(unsure), 'image', 'are')} to be shown turned or "
            "mirrored (EXIF orientation), and the size of their labels does "
            f"not tell whether those are: {listed(unsure)}.",
            "Look at overlays of them (--sheet); images are turned in "
            "training, labels never.",
            tuple(unsure),
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


def _text(size: _Size) -> str:
    return f"{size[0]} x {size[1]}"
