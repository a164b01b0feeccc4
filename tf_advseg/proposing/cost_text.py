"""What a training will take, in lines for a person."""

import dataclasses

from tf_advseg.base.process import machine
from tf_advseg.proposing import cost
from tf_advseg.proposing.cost import Cost
from tf_advseg.settings.train import TrainSettings


def cost_lines(
    settings: TrainSettings, expected: Cost, compared: str
) -> list[str]:
    """Returns the lines on memory and time, which say how rough they are.

    Args:
        settings: Of the run.
        expected: What it will take.
        compared: The method that it is compared with, if there is one.
    """
    free = machine.free_megabytes()
    there = (
        "how much is free is not known" if free is None else f"{free:,} free"
    )
    cores = machine.num_cores()
    lines = [f"Memory: some {expected.peak_mb:,} MB at most ({there})."]
    if not cost.fits(expected, free):
        lines.append(
            "It may not fit: close other programs, or give a smaller "
            "--batch_size (with --accumulate) or --crop."
        )
    total = cost.seconds(settings, expected.step_s)
    if compared:
        other = dataclasses.replace(settings, method=compared)
        # How many images there are does not change a step's time.
        beside = cost.estimate(other, (0, 0)).step_s
        total += cost.seconds(other, beside)
    lines.append(
        f"Time: rough, {duration(total)} if one core did it all"
        f"{' (both runs)' if compared else ''}, without the evaluation; there "
        f"{'is' if cores == 1 else 'are'} {cores}, and how many are busy "
        "decides. `tf_advseg init --measure` times steps on this machine."
    )
    if machine.has_gpu():
        lines.append("There is a GPU, of which these figures say nothing.")
    if not cost.is_measured(settings):
        lines.append(
            "They were measured of the default network in float32 alone; this "
            "run has another, and they say little of it."
        )
    return lines


def measured_lines(settings: TrainSettings, measured: Cost) -> list[str]:
    """Returns the lines on what a run's first steps took here.

    Args:
        settings: Of the run.
        measured: What its steps took, seconds of the clock.
    """
    total = cost.seconds(settings, measured.step_s)
    return [
        f"Measured here, by {settings.method}: {measured.step_s:.2f} s a step "
        f"of {settings.batch_size} images of each domain, "
        f"{measured.peak_mb:,} MB (without evaluation and snapshots).",
        f"Time: some {duration(total)} for {settings.steps:,} steps, without "
        f"the evaluation; {settings.compare} beside it takes that at most.",
    ]


def duration(seconds: float) -> str:
    """Returns a time to two digits or so.

    >>> duration(45), duration(400), duration(9000)
    ('45 s', '7 min', '2.5 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
