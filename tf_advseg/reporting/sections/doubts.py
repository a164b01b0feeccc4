"""What speaks against reading too much into the verdict."""

import numpy as np

from tf_advseg.reporting.facts import Pair
from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.facts import RunFacts
from tf_advseg.reporting.page.numbers import count
from tf_advseg.reporting.page.numbers import short
from tf_advseg.reporting.page.numbers import signed_points
from tf_advseg.reporting.page.untrusted import entries

_HARM = -0.01
"""A class that loses more than this in IoU is named."""


def doubts(report: Report) -> list[str]:
    """Returns sentences, the weightiest first."""
    pair = report.main
    found = [
        f"Not the same schedule: {name} is {short(ours)} in the adapted run "
        f"and {short(theirs)} in the source-only run."
        for name, (ours, theirs) in pair.differences.items()
    ]
    found += _few_seeds(report)
    found += _losers(report)
    found += _without_labels(pair)
    found += _source(pair)
    found += _alarms(pair.adapted)
    found += _by_labels(pair.adapted)
    found += _left_out(pair.adapted)
    return found


def _few_seeds(report):
    group = report.groups[0]
    if group.gain is None or len(group.pairs) > 1:
        return []
    return [
        "One seed: the interval is about the choice of images only. Runs that "
        "differ in nothing but their seed can differ by several points; give "
        "the runs of more seeds to see."
    ]


def _losers(report):
    gains = report.groups[0].class_gains
    if gains is None:
        return []
    lost = [
        f"{report.class_names[index]} ({signed_points(gains.value[index])})"
        for index in np.argsort(gains.value)
        if gains.value[index] < _HARM and gains.high[index] < 0
    ]
    if not lost:
        return []
    return [
        f"{count(len(lost), 'class', 'classes')} lost beyond doubt: "
        f"{', '.join(lost)}."
    ]


def _without_labels(pair: Pair):
    """What can be said of a target without labels."""
    runs = [pair.adapted, pair.baseline]
    measured = [run.target for run in runs if run and run.target]
    if len(measured) < 2 or measured[0].truth is not None:
        return []
    after, before = (found.entropies for found in measured)
    both = [key for key in after if key in before]
    fell = sum(after[key] < before[key] for key in both)
    return [f"Entropy fell on {fell} of {count(len(both), 'image')}."]


def _source(pair: Pair):
    """What adaptation cost on the domain whose labels are known."""
    runs = [pair.adapted, pair.baseline]
    truths = [run.source.truth for run in runs if run and run.source]
    if len(truths) < 2 or None in truths:
        return []
    gain = truths[0].miou - truths[1].miou
    if not gain < _HARM:
        return []
    return [
        f"On the labelled source mIoU changed by {signed_points(gain)} points."
    ]


def _alarms(run: RunFacts):
    alarms = entries((run.record.alarms or {}).get("alarms"))
    if not alarms:
        return []
    return [
        f"{count(len(alarms), 'alarm')} during training; see the curves below."
    ]


def _by_labels(run: RunFacts):
    if "mIoU" not in run.record.chosen_by:
        return []
    return [
        "The checkpoint was chosen by the labels it is judged by here; "
        "without labels the choice would have been another."
    ]


def _left_out(run: RunFacts):
    target = run.target
    if target is None:
        return []
    found = []
    looked = len(target.keys) + len(target.faults)
    if looked < target.num_in_split:
        found.append(
            f"{looked} of the {target.num_in_split} images of {target.split} "
            "were looked at, evenly spread (--limit)."
        )
    if target.faults:
        found.append(
            f"{count(len(target.faults), 'image')} could not be read and "
            "was left out."
        )
    return found
