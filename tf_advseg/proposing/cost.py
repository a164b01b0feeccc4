"""What a training will take, from what short ones took.

    memory  = BASE + GROWTH * batch * crop pixels          (MB, process)
    step    = FIXED + RATE * batch * crop pixels           (s of processor)

Fitted by hand to what `python -m benchmarks.training_cost` printed (the table
is in docs/init.md), so that no measured case takes more memory than said. The
caches of decoded images come on top. It holds of the default network on a
processor; another network or a GPU has not been measured.
"""

import dataclasses

from tf_advseg.base import call_strings
from tf_advseg.base.fields import parse_size
from tf_advseg.settings.train import TrainSettings

CACHE_MB = 512
"""What the pipeline keeps of decoded images of each domain, at most."""

SHARE = 0.8
"""Of the free memory that a run may take: the estimate is none to the MB."""

_SOURCE_ALONE = ("source_only", "target_oracle")
_WITH_TEACHER = ("dacs", "self_training")


@dataclasses.dataclass(frozen=True)
class Figures:
    """What was measured of a kind of method.

    Args:
        base_mb: Memory without any image.
        growth_mb: Memory for each million pixels of a batch (B * H * W).
        fixed_s: Processor seconds of a step without any image.
        rate_s: Processor seconds for each million pixels of a batch.
    """

    base_mb: float
    growth_mb: float
    fixed_s: float
    rate_s: float


SOURCE_ALONE = Figures(1200, 800, 0.1, 1.8)
"""Of methods that forward the labelled images alone."""
BOTH_DOMAINS = Figures(1200, 1400, 0.2, 3.4)
"""Of all other methods; measured of `advent`."""
WITH_TEACHER = Figures(1200, 1450, 0.2, 4.6)
"""Of self-training; measured in one case, of `dacs`."""
WITH_HIDDEN_BLOCKS = Figures(1200, 1800, 0.2, 5.8)
"""Of self-training on masked images besides; in one case, of `mic`."""

AROUND_S = 90.0
"""Seconds of a run beside its steps: tracing, snapshots and their scores, the
end; without the evaluation, which goes with the number of images."""


@dataclasses.dataclass(frozen=True)
class Cost:
    """An estimate.

    Args:
        peak_mb: The most memory that the process has, with its caches.
        step_s: Processor seconds of a step.
    """

    peak_mb: int
    step_s: float


def is_measured(settings: TrainSettings) -> bool:
    """Whether the figures are of such a network, computed in such a way."""
    default = TrainSettings()
    like = ("backbone", "decoder", "precision", "remat")
    return all(getattr(settings, n) == getattr(default, n) for n in like)


def estimate(settings: TrainSettings, num_images: tuple[int, int]) -> Cost:
    """Returns what a training will take.

    Args:
        settings: With sizes in numbers.
        num_images: Of the source and the target, to train on.
    """
    figures = _figures(settings.method)
    millions = settings.batch_size * _pixels(settings) / 1e6
    cached = sum(
        min(CACHE_MB, 4 * number * _area(size) / 2**20)
        for number, size in zip(
            num_images,
            (settings.source_size, settings.target_size),
            strict=True,
        )
    )
    step = figures.fixed_s + figures.rate_s * millions
    return Cost(
        round(figures.base_mb + figures.growth_mb * millions + cached),
        step * settings.accumulate,
    )


def fits(expected: Cost, free_mb: int | None) -> bool:
    """Whether a training has room; True where nothing is known."""
    return free_mb is None or expected.peak_mb <= SHARE * free_mb


def seconds(settings: TrainSettings, step_s: float) -> float:
    """Returns the seconds of a run whose steps take so long."""
    return settings.steps * step_s + AROUND_S


def _figures(method: str) -> Figures:
    name, options = call_strings.parse(method)
    if name in _SOURCE_ALONE:
        return SOURCE_ALONE
    if options.get("masked_weight", name == "mic"):
        return WITH_HIDDEN_BLOCKS
    return WITH_TEACHER if name in _WITH_TEACHER else BOTH_DOMAINS


def _pixels(settings: TrainSettings) -> int:
    return _area(settings.crop or settings.target_size)


def _area(size: str) -> int:
    height, width = parse_size(size) or (0, 0)
    return height * width
