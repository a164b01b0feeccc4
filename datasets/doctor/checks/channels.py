"""Images with red and blue swapped (OpenCV reads and writes BGR).

No single image proves it: a sunset is red. But images of one split are
coloured alike, place by place and class by class. Let x be (R - B) / (R + G +
B) of the regions of an image: cells of a grid, and its larger classes. If x
is normal with the split's median m and covariance S, a swapped image is -x,
and the log odds that an image is as it should be are

    2 m' S^-1 x.

An image is named if they are below -`_ODDS` and, once it is swapped back, as
good as those of most others. `power` says how many images would be named so
if they were swapped: few where colours are faint or light changes much. Below
`LEAST_POWER` none is named, since what is odd there is rather a blue bus.

If all images are swapped, only the world can tell: skies are blue rather than
red, plants red rather than blue.
"""

from collections.abc import Iterator

import numpy as np

from tf_advseg.datasets.doctor import names
from tf_advseg.datasets.doctor.finding import LIKELY
from tf_advseg.datasets.doctor.finding import POSSIBLE
from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.doctor.finding import count
from tf_advseg.datasets.doctor.finding import listed
from tf_advseg.datasets.doctor.split_survey import SplitSurvey
from tf_advseg.datasets.file_facts import PairFacts

_FEW = 20
_ODDS = 5.0
_TYPICAL = 0.02
"""Share of images that may have lower odds than a mended one."""

LEAST_POWER = 0.3
_COMMON = 0.6
"""A region counts if this share of images shows it."""

_LEAST_SPREAD = 0.02
_CLEAR = 0.03
_SAMPLES = 200
"""Classes with fewer sampled pixels (of 9,216) are objects of any colour."""


def check(survey: SplitSurvey) -> Iterator[Finding]:
    """Finds swapped images among others, or a split of them."""
    pairs = _pairs(survey)
    if len(pairs) < _FEW:
        return
    tints = np.stack([_tints(pair, survey) for pair in pairs])
    whole = _whole_split(survey, _median(tints))
    if whole is not None:
        yield whole
        return
    odds = _log_odds(tints)
    odd = _would_be_named(-odds, odds)
    if odd.any() and _would_be_named(odds, odds).mean() >= LEAST_POWER:
        paths = tuple(pairs[i].image.path for i in np.flatnonzero(odd))
        yield _finding(
            survey,
            f"{count(len(paths), 'image', 'look')} as if red and blue were "
            "swapped: swapped back, their colours are those of the other "
            f"images: {listed(paths)}.",
            paths,
            LIKELY,
        )


def power(survey: SplitSurvey) -> float:
    """Returns the share of images that would be named if they were swapped."""
    pairs = _pairs(survey)
    if len(pairs) < _FEW:
        return 0.0
    odds = _log_odds(np.stack([_tints(pair, survey) for pair in pairs]))
    return float(_would_be_named(odds, odds).mean())


def _would_be_named(mended: np.ndarray, all_odds: np.ndarray) -> np.ndarray:
    """Whether odds, once swapped back, are clear and like those of most."""
    return (mended > _ODDS) & (mended >= np.quantile(all_odds, _TYPICAL))


def _pairs(survey: SplitSurvey) -> list[PairFacts]:
    """Those whose places can be compared: not those that are to be turned."""
    return [
        pair
        for pair in survey.pairs
        if pair.image.cells is not None and pair.image.orientation == 1
    ]


def _log_odds(tints: np.ndarray) -> np.ndarray:
    """2 m' S^-1 x of each image; what an image does not show counts 0."""
    tints = tints[:, (~np.isnan(tints)).mean(axis=0) >= _COMMON]
    seen = ~np.isnan(tints)
    usual = _median(tints)
    reach = 4 * (1.4826 * _median(np.abs(tints - usual)) + 0.01)
    # Cut off, lest the few swapped ones decide what is usual.
    away = np.where(seen, np.clip(tints - usual, -reach, reach), 0)
    both = seen.T.astype(float) @ seen
    covariance = away.T @ away / np.maximum(both, 1)
    covariance += _LEAST_SPREAD**2 * np.eye(len(usual))
    weights = np.linalg.solve(covariance, usual)
    return 2 * np.where(seen, tints, 0) @ weights


def _whole_split(survey: SplitSurvey, usual: np.ndarray) -> Finding | None:
    sky, plants = (
        names.find(survey.class_names, wanted)
        for wanted in (names.SKY, names.PLANTS)
    )
    cells = usual[len(survey.class_names) :].reshape(4, 4)
    sky, plants = (np.nan if i is None else usual[i] for i in (sky, plants))
    if sky > _CLEAR and plants < -_CLEAR:
        why, confidence = "skies are red and plants blue", LIKELY
    elif (
        np.isnan(sky)
        and cells[0].mean() > 3 * _CLEAR
        and cells[-1].mean() < -_CLEAR
    ):
        why, confidence = "they are red above and blue below", POSSIBLE
    else:
        return None
    paths = tuple(pair.image.path for pair in survey.pairs)
    return _finding(
        survey,
        f"All {count(len(paths), 'image', 'look')} as if red and blue were "
        f"swapped: {why}.",
        paths,
        confidence,
    )


def _finding(survey, sentence, paths, confidence) -> Finding:
    return survey.warning(
        "swapped_channels",
        sentence,
        "Look at them (--sheet); write images as RGB (OpenCV writes BGR).",
        paths,
        confidence,
    )


def _tints(pair: PairFacts, survey: SplitSurvey) -> np.ndarray:
    """(R - B) / (R + G + B) of each class, then of each cell; NaN: unseen."""
    num_classes = len(survey.class_names)
    by_class = np.full(num_classes, np.nan)
    label = pair.label
    if label is not None and label.colour_codes is not None:
        assert label.colour_means is not None
        assert label.colour_counts is not None
        seen = label.colour_counts >= _SAMPLES
        for code, colour in zip(
            label.colour_codes[seen], label.colour_means[seen], strict=True
        ):
            train_id = survey.table.train_ids.get(int(code), num_classes)
            if train_id < num_classes:
                by_class[train_id] = _tint(colour)
    assert pair.image.cells is not None
    return np.concatenate([by_class, _tint(pair.image.cells).ravel()])


def _tint(colours: np.ndarray) -> np.ndarray:
    # The constant keeps noise in the dark from looking like colour.
    return (colours[..., 0] - colours[..., 2]) / (colours.sum(axis=-1) + 30)


def _median(values: np.ndarray) -> np.ndarray:
    """Column medians past NaN; NaN for a column of nothing else."""
    seen = ~np.isnan(values).all(axis=0)
    medians = np.full(values.shape[1], np.nan)
    medians[seen] = np.nanmedian(values[:, seen], axis=0)
    return medians
