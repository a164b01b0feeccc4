"""Labels off by one, and colour labels with red and blue swapped.

A shifted label is a valid label: each of its ids is one that the class map
knows. What gives it away is place: with roads above and skies below, the
label is far less probable under how often each class occurs in each band of
the other labels of the split,

    L(T) = sum over bands b and codes c of n_bc log p(T(c) | b) / n,

than after a shift T is undone. A label is named if L(T) exceeds L(as it is)
by `_GAIN` nats a pixel and is then as probable as most other labels are, or
if all its ids are known only then.
If all labels of a split are shifted alike, only ids that are missing at one
end and too many at the other, and the names of classes, can tell.
"""

from collections.abc import Callable
from collections.abc import Iterator

import numpy as np

from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.datasets.doctor import names
from tf_advseg.datasets.doctor.finding import LIKELY
from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.doctor.finding import count
from tf_advseg.datasets.doctor.finding import listed
from tf_advseg.datasets.doctor.palettes import swapped
from tf_advseg.datasets.doctor.split_survey import SplitSurvey
from tf_advseg.datasets.doctor.split_survey import band_counts
from tf_advseg.datasets.file_facts import BANDS
from tf_advseg.datasets.file_facts import LabelFacts

_FEW = 20
"""With fewer labels, nothing is typical."""

_GAIN = 0.9
_TYPICAL = 0.02
"""Share of labels that may be less probable than a mended one."""

_UNKNOWN = 254
Undo = Callable[[int], int]


def check(survey: SplitSurvey) -> Iterator[Finding]:
    """Finds labels that another label's ids, shifted, would explain."""
    labels = [label for label in survey.labels if not label.too_many]
    if len(labels) < _FEW:
        return
    whole = _whole_split(survey, labels)
    if whole is not None:
        yield whole
        return
    undo = _SWAPS if survey.table.of_colours else _SHIFTS
    log_shares = _log_shares(survey, labels)
    as_is = np.array([_score(survey, n, log_shares) for n in labels])
    usual = np.quantile(as_is, _TYPICAL)
    found: dict[str, list[str]] = {}
    for label, score in zip(labels, as_is, strict=True):
        undone = {
            text: _score(survey, label, log_shares, back)
            for text, back in undo.items()
        }
        best = max(undone, key=undone.__getitem__)
        explains = _is_known(survey, label, undo[best])
        explains &= not _is_known(survey, label)
        if undone[best] > score + _GAIN and (undone[best] >= usual or explains):
            found.setdefault(best, []).append(label.path)
    for text, paths in found.items():
        yield _finding(survey, text, paths, "in the places of the others")


def _is_known(
    survey: SplitSurvey, label: LabelFacts, undo: Undo = lambda code: code
) -> bool:
    """Whether the class map names all codes once a shift is undone."""
    return survey.table.train_ids.keys() >= set(map(undo, label.totals))


def _finding(survey, text: str, paths: list[str], evidence: str) -> Finding:
    is_swap = survey.table.of_colours
    return survey.error(
        "swapped_label_channels" if is_swap else "off_by_one",
        f"{count(len(paths), 'label', 'have')} {text}, as far as can be "
        f"told: only so are the classes {evidence}: {listed(paths)}.",
        "Write them as RGB (OpenCV writes BGR)."
        if is_swap
        else "Look at overlays of them (--sheet), and export them again.",
        tuple(paths),
        LIKELY,
    )


def _down(code: int) -> int:
    """Undoes +1; 0 and 255 are both what 255 may have become."""
    return IGNORE_LABEL if code in (0, IGNORE_LABEL) else code - 1


def _up(code: int) -> int:
    """Undoes -1; 255 stays ignored."""
    return code if code == IGNORE_LABEL else code + 1


def _around(code: int) -> int:
    """Undoes -1 in 8 bits, where 0 became 255."""
    return (code + 1) % 256


_SHIFTS: dict[str, Undo] = {
    "ids that are one too high": _down,
    "ids that are one too low": _up,
    "ids that are one too low (0 became 255)": _around,
}
_SWAPS: dict[str, Undo] = {"red and blue swapped": swapped}


def _log_shares(survey: SplitSurvey, labels: list[LabelFacts]) -> np.ndarray:
    """Log of each train id's share of each band, `(256, BANDS)`."""
    counts = np.zeros((256, BANDS), np.int64)
    for label in labels:
        counts += band_counts(label, survey.table)
    total = np.maximum(counts.sum(axis=0), 1)
    shares = (counts + 1e-4 * total) / (total * (1 + 256e-4))
    shares[_UNKNOWN] = 1e-4
    return np.log(shares)


def _score(
    survey: SplitSurvey,
    label: LabelFacts,
    log_shares: np.ndarray,
    undo: Undo = lambda code: code,
) -> float:
    """Mean log probability of a label's pixels once a shift is undone."""
    table = survey.table.train_ids
    unknown = IGNORE_LABEL if survey.table.ignore_unknown else _UNKNOWN
    codes, counts = label.counted
    ids = [table.get(undo(code), unknown) for code in codes.tolist()]
    return float((counts * log_shares[ids]).sum() / max(counts.sum(), 1))


def _whole_split(survey, labels) -> Finding | None:
    """All labels shifted: ids missing at one end and too many at the other,
    or the sky below the road."""
    if survey.table.of_colours:
        return None
    for text, undo in _SHIFTS.items():
        as_is = _World(survey, labels, lambda code: code)
        mended = _World(survey, labels, undo)
        gained = mended.num_unknown == 0 and (
            as_is.num_unknown > 0 and as_is.lacks_an_end
        )
        upright = as_is.is_upside_down and mended.is_upright
        if gained and not mended.is_upside_down:
            evidence = "all named by the class map, the first among them"
        elif upright and not mended.num_unknown:
            evidence = "where their names say, the sky above the ground"
        else:
            continue
        paths = [label.path for label in labels]
        return _finding(survey, text, paths, evidence)
    return None


class _World:
    """What all labels of a split show together, once a shift is undone."""

    def __init__(self, survey, labels, undo: Undo):
        table = survey.table.train_ids
        codes = {c for label in labels for c in label.codes.tolist()}
        mended = {undo(code) for code in codes}
        ends = sorted(c for c, i in table.items() if i != IGNORE_LABEL)
        self.num_unknown = len(mended - table.keys())
        self.lacks_an_end = not {ends[0], ends[-1]} <= mended
        counts = np.zeros((256, BANDS))
        for label in labels:
            ids = [table.get(undo(c), _UNKNOWN) for c in label.codes.tolist()]
            np.add.at(counts, ids, label.counts)
        sky, ground = (
            _height(counts, names.find(survey.class_names, wanted))
            for wanted in (names.SKY, names.GROUND)
        )
        below = 0.0 if sky is None or ground is None else ground - sky
        self.is_upright = below > 0.2 * BANDS
        self.is_upside_down = below < -0.1 * BANDS


def _height(counts: np.ndarray, train_id: int | None) -> float | None:
    """The mean band of a class; None if it does not occur."""
    if train_id is None or not counts[train_id].any():
        return None
    return float(np.average(np.arange(BANDS), weights=counts[train_id]))
