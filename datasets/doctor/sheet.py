"""A contact sheet: images, labels and overlays of each split.

Some evenly spaced pairs show what the data is; the first files of each
finding show what is wrong with it.
"""

from collections.abc import Iterator
from collections.abc import Sequence

import numpy as np

from tf_advseg import pictures
from tf_advseg.base.checks import DataError
from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.datasets.classes.statistics import evenly_spaced
from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.doctor.split_survey import SplitSurvey
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.resizing import resize_image
from tf_advseg.datasets.files.resizing import resize_label
from tf_advseg.pictures import drawing

_CELL_WIDTH = 320
_EVEN = 4
_SHOWN = 2
_MOST_FINDINGS = 12
_GREY = 128


def contact_sheet(
    surveys: Sequence[SplitSurvey], findings: Sequence[Finding]
) -> np.ndarray:
    """Returns the sheet as uint8 `(H, W, 3)`."""
    parts = []
    for survey in surveys:
        keys = evenly_spaced([pair.key for pair in survey.pairs], _EVEN)
        parts += [_rows(survey, keys, f"{survey.where} ({survey.role})")]
    for finding in findings[:_MOST_FINDINGS]:
        for survey in surveys:
            keys = _keys(survey, finding)[:_SHOWN]
            if keys and survey.where == finding.where:
                title = f"{finding.severity} {finding.code}: {finding.where}"
                parts.append(_rows(survey, keys, title))
    class_set = surveys[0].domain.class_set
    parts.append(pictures.legend(class_set.names, class_set.palette, 960))
    return pictures.stacked(parts)


def _keys(survey: SplitSurvey, finding: Finding) -> list[str]:
    """The pairs that a finding is about."""
    files = set(finding.files)
    return [
        pair.key
        for pair in survey.pairs
        if pair.key in files or any(f.path in files for f in pair.files)
    ]


def _rows(survey: SplitSurvey, keys: Sequence[str], title: str) -> np.ndarray:
    header = drawing.blank(3 * _CELL_WIDTH, 24)
    drawing.text(header, (2, 12), title, 15, anchor="lm")
    lines = [
        pictures.side_by_side([*_cells(survey.domain, survey.split, key)])
        for key in keys
    ]
    return pictures.stacked([np.asarray(header), *lines])


def _cells(domain: Domain, split: str, key: str) -> Iterator[np.ndarray]:
    """Image, label, overlay; grey where something cannot be read."""
    blank = np.full((_CELL_WIDTH // 2, _CELL_WIDTH, 3), _GREY, np.uint8)
    try:
        image = domain.read_image(key)
    except DataError:
        yield from (blank, blank, blank)
        return
    height = max(1, round(_CELL_WIDTH * image.shape[0] / image.shape[1]))
    size = (min(height, 2 * _CELL_WIDTH), _CELL_WIDTH)
    image = resize_image(image, size)
    yield image
    palette = domain.class_set.palette
    try:
        label = domain.read_label(key) if domain.has_labels(split) else None
    except DataError:
        label = None
    if label is None:
        yield from (np.full_like(image, _GREY), image)
        return
    label = resize_label(label, size)
    label = np.where(label < len(palette), label, IGNORE_LABEL)
    yield pictures.colourise(label, palette)
    yield pictures.overlay(image, label, palette)
