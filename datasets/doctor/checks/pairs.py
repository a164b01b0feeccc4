"""Images without labels, labels without images."""

from collections.abc import Iterator

from tf_advseg.datasets.doctor.finding import ERROR
from tf_advseg.datasets.doctor.finding import WARNING
from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.doctor.finding import count
from tf_advseg.datasets.doctor.finding import listed
from tf_advseg.datasets.doctor.split_survey import SOURCE
from tf_advseg.datasets.doctor.split_survey import TARGET
from tf_advseg.datasets.doctor.split_survey import SplitSurvey


def check(survey: SplitSurvey) -> Iterator[Finding]:
    """Finds what has no partner; a target's labels are not needed."""
    missing, strays = survey.missing_labels, survey.stray_labels
    has_labels = any(pair.label is not None for pair in survey.pairs)
    if survey.role == SOURCE and not has_labels:
        yield Finding(
            ERROR,
            "no_labels",
            survey.where,
            "No image of the source has a label.",
            "Put PNG files of the same names into a folder `labels` beside "
            "`images`.",
        )
    elif missing and survey.role != TARGET:
        yield Finding(
            ERROR,
            "missing_label",
            survey.where,
            f"{count(len(missing), 'image')} of {len(survey.pairs):,} "
            f"without a label: {listed(missing)}.",
            "Add the labels, or make a split of the labelled images.",
            missing,
        )
    if strays:
        yield Finding(
            WARNING,
            "missing_image",
            survey.where,
            f"{count(len(strays), 'label')} without an image: "
            f"{listed(strays)}.",
            "Add the images, or rename the labels like their images.",
            strays,
        )
