"""Images without labels, labels without images."""

from collections.abc import Iterator

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
        yield survey.error(
            "no_labels",
            "No image of the source has a label.",
            "Put PNG files of the same names into a folder `labels` beside "
            "`images`.",
        )
    elif missing and survey.role != TARGET:
        yield survey.error(
            "missing_label",
            f"{count(len(missing), 'image')} of {len(survey.pairs):,} "
            f"without a label: {listed(missing)}.",
            "Add the labels, or make a split of the labelled images.",
            missing,
        )
    if strays:
        yield survey.warning(
            "missing_image",
            f"{count(len(strays), 'label')} without an image: "
            f"{listed(strays)}.",
            "Add the images, or rename the labels like their images.",
            strays,
        )
