"""Labels whose meaning nobody stated, or that lose half of what they mean."""

from collections.abc import Iterator

from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.datasets.doctor.finding import LIKELY
from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.doctor.finding import count
from tf_advseg.datasets.doctor.finding import listed
from tf_advseg.datasets.doctor.split_survey import SplitSurvey


def check(survey: SplitSurvey) -> Iterator[Finding]:
    """Says what was assumed, and finds masks of 0 and 255 whose 255 is lost."""
    table = survey.table
    has_labels = any(pair.label is not None for pair in survey.pairs)
    if table.assumed and has_labels:
        yield survey.warning(
            "assumed_labels",
            table.assumed,
            f"If that is wrong, {table.advice}.",
        )
    codes = {code for label in survey.labels for code in label.totals}
    if len(survey.class_names) > 1 and table.loses_a_mask(codes):
        paths = [n.path for n in survey.labels if IGNORE_LABEL in n.totals]
        yield survey.error(
            "lost_mask",
            f"All labels hold one class and 255, which {table.source} does not "
            "name and which is therefore ignored: "
            f"{count(len(paths), 'label', 'lose')} what 255 stands for: "
            f"{listed(paths)}.",
            "If 255 is an object (masks of 0 and 255), give it to a class "
            "(`id: 255`) in a class map; if nothing is labelled there, name "
            "it in `ignore: [255]`.",
            paths,
            LIKELY,
        )
