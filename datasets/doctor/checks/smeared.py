"""Labels of ids that were resized with smoothing, or saved as JPEG in between.

Every id in them may be valid: those between two neighbours appear where these
meet. Poles and curbs that are a pixel or two wide look like that too, but at
few of a label's borders.
"""

from collections.abc import Iterator

from tf_advseg.datasets.doctor.finding import LIKELY
from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.doctor.finding import count
from tf_advseg.datasets.doctor.finding import listed
from tf_advseg.datasets.doctor.split_survey import SplitSurvey
from tf_advseg.datasets.file_facts import LabelFacts

_SHARE = 0.3
"""Above the borders of real street labels, halved by nearest neighbour too."""

_ENOUGH = 30
"""So few borders tell nothing."""


def check(survey: SplitSurvey) -> Iterator[Finding]:
    """Finds labels most of whose borders pass through false ids."""
    if survey.table.of_colours:
        return
    labels = [label for label in survey.labels if _is_smeared(label)]
    if not labels:
        return
    paths = tuple(label.path for label in labels)
    borders, smeared = (sum(n.borders[i] for n in labels) for i in (0, 1))
    yield survey.error(
        "blurred_label",
        f"{count(len(labels), 'label', 'have')} ids at borders that lie "
        "between the ids on both sides, in lines of 1 or 2 pixels, at "
        f"{smeared / borders:.0%} of the borders: {listed(paths)}.",
        "They were resized with smoothing or saved as JPEG in between; "
        "export them again, resized by nearest neighbour only.",
        paths,
        LIKELY,
    )


def _is_smeared(label: LabelFacts) -> bool:
    borders, smeared, num_ids = label.borders
    # One id between two others may be an outline that somebody drew.
    return borders >= _ENOUGH and smeared > _SHARE * borders and num_ids >= 2
