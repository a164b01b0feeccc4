"""Images without labels, labels without images."""

import collections
from collections.abc import Iterator

from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.doctor.finding import count
from tf_advseg.datasets.doctor.finding import listed
from tf_advseg.datasets.doctor.split_survey import SOURCE
from tf_advseg.datasets.doctor.split_survey import TARGET
from tf_advseg.datasets.doctor.split_survey import SplitSurvey
from tf_advseg.datasets.domains.folders.listing import IMAGE_ENDINGS
from tf_advseg.datasets.domains.folders.listing import LABEL_ENDINGS


def check(survey: SplitSurvey) -> Iterator[Finding]:
    """Finds what has no partner; a target's labels are not needed."""
    missing, strays = survey.missing_labels, survey.stray_labels
    yield from _left_out(survey)
    yield from _shared(survey)
    has_labels = any(pair.label is not None for pair in survey.pairs)
    if survey.role == SOURCE and not has_labels:
        yield survey.error(
            "no_labels",
            "No image of the source has a label.",
            survey.wanted_labels,
        )
    elif missing and survey.role != TARGET:
        yield survey.error(
            "missing_label",
            f"{count(len(missing), 'image')} of {survey.num_images:,} "
            f"without a label: {listed(missing)}.",
            "Add the labels, or make a split of the labelled images. "
            + survey.wanted_labels,
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


def _left_out(survey: SplitSurvey) -> Iterator[Finding]:
    for folder, listing in survey.listings.items():
        if listing.is_odd:
            paths = [p for some in listing.left_out.values() for p in some]
            yield survey.warning(
                "left_out",
                f"Files of {folder!r}: {listing.text()}.",
                "Convert or move what belongs to the split: "
                f"{', '.join(IMAGE_ENDINGS)} are read as images, "
                f"{', '.join(LABEL_ENDINGS)} as labels.",
                tuple(f"{folder}/{path}" for path in paths),
            )


def _shared(survey: SplitSurvey) -> Iterator[Finding]:
    """Several images of one label, `a.jpg` and `a.png` say."""
    images = collections.defaultdict(list)
    for pair in survey.pairs:
        if pair.label is not None:
            images[pair.label.path].append(pair.image.path)
    shared = [
        path for some in images.values() if len(some) > 1 for path in some
    ]
    if shared:
        yield survey.warning(
            "shared_label",
            f"{count(len(shared), 'image', 'have')} a label that belongs to "
            f"another image too: {listed(shared)}.",
            "Keep one image a label, unless they show the same.",
            tuple(shared),
        )
