"""Classes that a source lacks or that look alike, labels that label nothing."""

from collections.abc import Iterator

from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.doctor.finding import count
from tf_advseg.datasets.doctor.finding import listed
from tf_advseg.datasets.doctor.split_survey import SOURCE
from tf_advseg.datasets.doctor.split_survey import SplitSurvey
from tf_advseg.datasets.doctor.split_survey import train_id_counts

_MUCH = 0.5


def check(survey: SplitSurvey) -> Iterator[Finding]:
    """Finds what a training would never see, or nobody could tell apart."""
    yield from _same_colour(survey)
    ignored = survey.ignored_share
    if ignored is None:
        return
    if survey.shares is None:
        yield survey.error(
            "nothing_labelled",
            "All pixels of all labels are ignored.",
            "Check the ids, or colours, of the class map.",
        )
        return
    if survey.role == SOURCE:
        yield from _absent(survey)
    if ignored > _MUCH:
        yield survey.warning(
            "mostly_ignored",
            f"{ignored:.0%} of pixels are ignored.",
            "Check the class map: only the others are learned from.",
        )
    yield from _empty(survey)


def _absent(survey: SplitSurvey) -> Iterator[Finding]:
    shown = survey.shown | survey.shown_elsewhere
    absent = [name for name in survey.class_names if name not in shown]
    if absent:
        yield survey.warning(
            "absent_class",
            f"{count(len(absent), 'class', 'do')} not occur in the source: "
            f"{listed(absent, 30)}.",
            "Nothing can be learned of it: take it out of the class map, or "
            "merge it with another.",
        )


def _same_colour(survey: SplitSurvey) -> Iterator[Finding]:
    same = survey.domain.class_set.same_colours
    if same and survey.role == SOURCE:
        yield survey.warning(
            "same_colour",
            f"Classes of one colour: {'; '.join(map(' and '.join, same))}.",
            "Give each a `color` of its own: in overlays, class maps and "
            "legends they cannot be told apart.",
        )


def _empty(survey: SplitSurvey) -> Iterator[Finding]:
    paths = []
    for label in survey.labels:
        counts = train_id_counts(label, survey.table)
        if counts[IGNORE_LABEL] == counts.sum():
            paths.append(label.path)
    if paths:
        yield survey.warning(
            "empty_label",
            f"{count(len(paths), 'label', 'ignore')} every pixel: "
            f"{listed(paths)}.",
            "Remove them with their images, or label them.",
            tuple(paths),
        )
