"""The flags of a first run, each with the reason for it.

Sizes follow the rule that `--target_size=auto` follows
(`datasets.pipeline.auto_size`); the batch is the default's, unless that does
not fit into this machine's memory.
"""

import collections
import dataclasses
from collections.abc import Sequence
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.doctor import SplitSurvey
from tf_advseg.datasets.pipeline import auto_size
from tf_advseg.proposing import cost
from tf_advseg.proposing.cost import Cost
from tf_advseg.settings.parts import presets
from tf_advseg.settings.train import TrainSettings

PRESET = "photos_small"
_WHOLE = TrainSettings.batch_size

Line = tuple[str, Any, str]
"""A flag, its value, and why; the reason may be empty."""


@dataclasses.dataclass(frozen=True)
class Plan:
    """What run.yaml is to say.

    Args:
        lines: Flags with reasons.
        settings: What they make.
        cost: What they will take.
    """

    lines: tuple[Line, ...]
    settings: TrainSettings
    cost: Cost


def usual_size(survey: SplitSurvey) -> tuple[int, int]:
    """Returns (H, W), the most frequent of the images that were opened.

    Raises:
        DataError: If none of them could be.
    """
    sizes = collections.Counter(
        pair.image.upright_size
        for pair in survey.pairs
        if pair.image.problem is None
    )
    sizes.pop(None, None)
    if not sizes:
        problem = survey.pairs[0].image.problem
        raise DataError(
            f"None of the {len(survey.pairs):,} images looked at in "
            f"{survey.where} can be read: "
            f"{problem.sentence if problem else 'they are empty.'}"
        )
    size = sizes.most_common(1)[0][0]
    assert size is not None
    return size


def make_plan(
    data: Sequence[Line],
    method: str,
    source: SplitSurvey,
    target: SplitSurvey,
    free_mb: int | None,
) -> Plan:
    """Returns the flags for two domains on this machine.

    Args:
        data: Flags that say which data.
        method: How to adapt.
        source: What was seen of the split to learn from.
        target: What was seen of the split to adapt to.
        free_mb: The memory that is free; None: not known.
    """
    lines = [*data, *_sizes(source, target)]
    lines.append(("preset", PRESET, presets.PRESETS[PRESET].help))
    lines.append(("method", method, _METHOD))
    lines.append(("compare", _BASELINE, _COMPARE))
    num_images = source.num_images, target.num_images
    settings, expected, fits = _fitting(lines, num_images, free_mb)
    lines += _batch(settings, expected, free_mb, fits)
    return Plan(tuple(lines), settings, expected)


def _fitting(
    lines: Sequence[Line], num_images: tuple[int, int], free_mb: int | None
) -> tuple[TrainSettings, Cost, bool]:
    """The largest batch, of the default's and its halves, that fits."""
    batch_size = _WHOLE
    while True:
        settings = _settings(lines, batch_size)
        expected = cost.estimate(settings, num_images)
        fits = cost.fits(expected, free_mb)
        if fits or batch_size == 1:
            return settings, expected, fits
        batch_size //= 2


def with_measured(proposed: Plan, measured: Cost) -> Plan:
    """Returns the plan with what its steps took as the reason for the batch."""
    reason = (
        f"measured here: {measured.step_s:.2f} s a step, {measured.peak_mb:,} "
        "MB without evaluation and snapshots"
    )
    lines = tuple(
        (name, value, reason if name == "batch_size" else why)
        for name, value, why in proposed.lines
    )
    return dataclasses.replace(proposed, lines=lines, cost=measured)


def _settings(lines: Sequence[Line], batch_size: int) -> TrainSettings:
    values = {name: value for name, value, _ in lines if name != "preset"}
    values = {**presets.settings_of(PRESET), **values}
    parts = _WHOLE // batch_size
    return TrainSettings(**values, batch_size=batch_size, accumulate=parts)


def _sizes(source: SplitSurvey, target: SplitSurvey) -> list[Line]:
    lines, found = [], []
    for role, survey in (("source", source), ("target", target)):
        size = usual_size(survey)
        fitted = auto_size.fitted(size)
        reason = f"images are {_text(size)}, as a rule"
        if fitted != size:
            reason += f"; at most {auto_size.LONGEST_SIDE} a side"
        lines.append((f"{role}_size", _text(fitted), reason))
        found.append(fitted)
    whole = auto_size.crop_of(found[1])
    # What a source image lacks of the crop would be filled up for nothing.
    step, least = auto_size.CROP_STEP, auto_size.SMALLEST_CROP
    crop = tuple(
        max(least, min(side, there // step * step))
        for side, there in zip(whole, found[0], strict=True)
    )
    reason = "of the target's shape; memory and time go with its pixels"
    if crop != whole:
        reason = f"not {_text(whole)}: images of the source are smaller"
    return [*lines, ("crop", _text((crop[0], crop[1])), reason)]


def _batch(settings, expected, free_mb, fits) -> list[Line]:
    free = "not known here" if free_mb is None else f"{free_mb:,} MB are free"
    reason = f"some {expected.peak_mb:,} MB; {free}"
    if settings.batch_size == _WHOLE and fits:
        return [("batch_size", _WHOLE, reason)]
    if not fits:
        reason += ": it may not fit, close other programs or give a --crop"
    parts = settings.accumulate
    return [
        ("batch_size", settings.batch_size, f"not {_WHOLE}: {reason}"),
        ("accumulate", parts, f"{parts} such batches make one update"),
    ]


def _text(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


_BASELINE = "source_only"
_METHOD = (
    "adabn costs least; of what adapts without labels, self-training from a "
    "source_only run gained most from renders to photographs, and nothing from "
    "photographs to others (docs/choosing.md); 5 to 20 labelled images "
    "(suggest_labels) gained most of all"
)
_COMPARE = "so that you see whether adapting paid; twice the time"
