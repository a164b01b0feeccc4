"""What to do about an artefact that the gate refused."""

import math

from tf_advseg.export.gate.verdict import Finding
from tf_advseg.settings.export import Thresholds

_TRAIN = (
    "Train longer: the scores of a network that has hardly learned lie so "
    "close together that rounding decides between them."
)
_CALIBRATE = (
    "Give more --calibration_images, of a --calibration_split that looks as "
    "what it will see."
)


def advice(finding: Finding, thresholds: Thresholds) -> list[str]:
    """Returns sentences on what to do next; none if it passed."""
    if not finding.reasons(thresholds):
        return []
    if finding.faults:
        other = {"converter": "litert", "litert-quantizer": "converter"}
        made_otherwise = (
            f"Try --quantizer={other[finding.made_by]}, or leave"
            if finding.made_by in other
            else "Leave"
        )
        return [f"{made_otherwise} it out of --formats: no limit allows that."]
    steps = [_CALIBRATE] if finding.precision == "int8" else []
    limit = _limit_that_allows(finding, thresholds)
    allow = [f"If that is good enough for you, give {limit}."] if limit else []
    return [*steps, _TRAIN, *allow]


def _limit_that_allows(finding: Finding, thresholds: Thresholds) -> str:
    """The flags with which it would pass; empty if none does."""
    flags = []
    name, least = finding.wanted_agreement(thresholds)
    found = finding.agreement
    if name == "exact_agreement":
        found = min(found, finding.batch_agreement)
    if name and not found >= least:
        flags.append(f"--{name}={math.floor(100 * found) / 100:g}")
    change = finding.miou_change
    if not name and change is not None:
        if math.isnan(change):
            return ""
        drop = math.ceil(-100 * change) / 100
        flags.append(f"--quantised_miou_drop={drop:g}")
    return " ".join(flags)
