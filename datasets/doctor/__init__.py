"""The doctor: what is wrong with the data of two domains.

`surveying.survey` opens the files of a split, `examine` puts what was seen
through every check. A check is a small file that turns surveys into
`Finding`s; none opens a file.
"""

import dataclasses
from collections.abc import Sequence

from tf_advseg.datasets.doctor.checks import channels
from tf_advseg.datasets.doctor.checks import classes
from tf_advseg.datasets.doctor.checks import codes
from tf_advseg.datasets.doctor.checks import duplicates
from tf_advseg.datasets.doctor.checks import file_palettes
from tf_advseg.datasets.doctor.checks import files
from tf_advseg.datasets.doctor.checks import label_shift
from tf_advseg.datasets.doctor.checks import meaning
from tf_advseg.datasets.doctor.checks import modes
from tf_advseg.datasets.doctor.checks import pairs
from tf_advseg.datasets.doctor.checks import sizes
from tf_advseg.datasets.doctor.checks import smeared
from tf_advseg.datasets.doctor.finding import ERROR as ERROR
from tf_advseg.datasets.doctor.finding import WARNING as WARNING
from tf_advseg.datasets.doctor.finding import Finding as Finding
from tf_advseg.datasets.doctor.split_survey import SOURCE
from tf_advseg.datasets.doctor.split_survey import SplitSurvey as SplitSurvey
from tf_advseg.datasets.doctor.surveying import survey as survey

_CHECKS = (
    files,
    pairs,
    sizes,
    modes,
    file_palettes,
    channels,
    classes,
    meaning,
)


_OF_MEANING = ("absent_class", "mostly_ignored", "nothing_labelled")


def examine(surveys: Sequence[SplitSurvey]) -> list[Finding]:
    """Returns what is wrong with the splits, errors first."""
    found = [f for s in surveys for f in _of_split(_beside(s, surveys))]
    found += duplicates.check(surveys)
    return sorted(found, key=lambda finding: finding.severity != ERROR)


def _beside(survey: SplitSurvey, surveys: Sequence[SplitSurvey]) -> SplitSurvey:
    """A source, where there are several, that knows what the others show."""
    others = [s for s in surveys if s is not survey and s.role == SOURCE]
    if survey.role != SOURCE or not others:
        return survey
    shown = frozenset().union(*(other.shown for other in others))
    return dataclasses.replace(survey, shown_elsewhere=shown)


def _of_split(survey: SplitSurvey) -> list[Finding]:
    found = [f for check in _CHECKS for f in check.check(survey)]
    # Whose ids are shifted has strange ids: say it once.
    shifted = list(label_shift.check(survey))
    explained = {path for finding in shifted for path in finding.files}
    if 2 * len(explained) > len(survey.pairs):
        # What is absent, or ignored, is so only because of the shift.
        found = [f for f in found if f.code not in _OF_MEANING]
    blurred = list(smeared.check(survey))
    explained |= {path for finding in blurred for path in finding.files}
    return [*found, *shifted, *blurred, *codes.check(survey, explained)]
