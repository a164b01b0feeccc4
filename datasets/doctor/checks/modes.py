"""What reading changes or drops: CMYK, transparency, grey, later pictures."""

from collections.abc import Iterator

from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.doctor.finding import count
from tf_advseg.datasets.doctor.finding import listed
from tf_advseg.datasets.doctor.split_survey import SplitSurvey

_GREY = ("L", "LA", "La", "1")
_FLAT = 1.0
"""An image whose thumbnail varies less than this (of 255) shows nothing."""


def check(survey: SplitSurvey) -> Iterator[Finding]:
    """Finds images that reading changes, or that show nothing."""
    sound = [p.image for p in survey.pairs if p.image.cells is not None]
    grey = [image for image in sound if image.mode in _GREY]
    if 2 * len(grey) >= len(sound):
        grey = []  # A grey camera.
    groups = {
        "cmyk": (
            [image for image in sound if image.mode == "CMYK"],
            "in CMYK, which becomes RGB by a plain formula, without the "
            "colour profile that print colours need",
            "Convert them to RGB with the program that wrote them.",
        ),
        "alpha": (
            [image for image in sound if image.is_see_through],
            "with transparent places; transparency is dropped, and what lies "
            "under it comes to light",
            "Flatten them onto the background that they should have.",
        ),
        "palette_image": (
            [image for image in sound if image.mode in ("P", "PA")],
            "with a palette: at most 256 colours, as in a label",
            "Make sure that these are images, and export them in full colour.",
        ),
        "grey": (
            grey,
            "in grey among images in colour",
            "Make sure that they belong here.",
        ),
        "blank": (
            [
                image
                for image in sound
                if image.thumb is not None and image.thumb.std() < _FLAT
            ],
            "of one brightness all over",
            "Remove them if nothing was recorded.",
        ),
    }
    yield from _several_pictures(survey)
    yield from _transparent_labels(survey)
    for code, (images, what, advice) in groups.items():
        if images:
            paths = tuple(image.path for image in images)
            noun = count(len(paths), "image")
            sentence = f"{noun} {what}: {listed(paths)}."
            yield survey.warning(code, sentence, advice, paths)


def _several_pictures(survey: SplitSurvey) -> Iterator[Finding]:
    files = [f for p in survey.pairs for f in p.files if f.num_pictures > 1]
    if files:
        left_out = sum(file.num_pictures - 1 for file in files)
        paths = tuple(file.path for file in files)
        yield survey.warning(
            "several_pictures",
            f"{count(len(files), 'file', 'hold')} several pictures (animation "
            f"or pages), of which the first is read and {left_out:,} are left "
            f"out: {listed(paths)}.",
            "Export each picture as a file of its own.",
            paths,
        )


def _transparent_labels(survey: SplitSurvey) -> Iterator[Finding]:
    labels = [label for label in survey.labels if label.is_see_through]
    if labels:
        paths = tuple(label.path for label in labels)
        yield survey.warning(
            "transparent_label",
            f"{count(len(labels), 'label', 'have')} transparent pixels: the "
            "colours that lie under them, which nobody sees, are read as "
            f"classes: {listed(paths)}.",
            "Flatten them onto the colour of what is not labelled, and name "
            "that colour in `ignore`.",
            paths,
        )
