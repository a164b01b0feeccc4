"""Draws the cards of images: both models' predictions, entropies, errors.

Everything is predicted at the size of the picture, which is at most
`data_uri.LARGEST_SIDE` pixels; the numbers beside it are of full size.
"""

from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np

from tf_advseg import pictures
from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.evaluation_samples import EvaluationSamples
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.datasets.files.resizing import resize_image
from tf_advseg.datasets.files.resizing import resize_label
from tf_advseg.evaluation import bands
from tf_advseg.evaluation.measurement import Measurement
from tf_advseg.networks.ensemble_file import LoadedEnsemble
from tf_advseg.reporting.facts import ImageCard
from tf_advseg.reporting.facts import View
from tf_advseg.reporting.image_choice import image_scores
from tf_advseg.reporting.page.data_uri import class_map_uri
from tf_advseg.reporting.page.data_uri import photo_uri
from tf_advseg.reporting.page.data_uri import shrunk_size

WRONG = (226, 59, 46)
"""Of wrong pixels, and of changed ones where there are no labels."""


def draw_cards(
    chosen: Mapping[str, str],
    domain: Domain,
    models: Sequence[LoadedEnsemble],
    measured: Sequence[Measurement],
) -> tuple[ImageCard, ...]:
    """Predicts the chosen images again and draws them.

    Args:
        chosen: Keys and reasons, from `image_choice.choose_images`.
        domain: Where the images are.
        models: The adapted model, and the source-only one if there is one.
        measured: As many, on this domain.
    """
    labelled = measured[0].truth is not None
    scores = [image_scores(found) for found in measured]
    samples = EvaluationSamples(
        domain, list(chosen), models[0].image_size, labelled, FaultLog()
    )
    cards = {}
    for sample in samples:
        size = shrunk_size(*sample.native_size)
        image = resize_image(sample.image.astype(np.uint8), size)
        label = sample.label
        if label is not None:
            label = resize_label(label, size)
        maps = [_predict(model, sample.image, size) for model in models]
        palette = domain.class_set.palette
        cards[sample.key] = ImageCard(
            key=sample.key,
            reason=chosen[sample.key],
            before=scores[1].get(sample.key) if len(scores) > 1 else None,
            after=scores[0][sample.key],
            size=size,
            photo=photo_uri(image),
            truth=None if label is None else class_map_uri(label, palette),
            views=_views(image, label, maps, palette),
        )
    return tuple(cards[key] for key in chosen if key in cards)


def _predict(model, image, size):
    """Returns class ids and entropies `(H, W)`."""
    images, maps = image[np.newaxis], bands.ENTROPIES
    found = bands.predict(model.ensemble, images, size, maps)
    return tuple(one[0] for one in found)


def _views(image, label, maps, palette) -> tuple[View, ...]:
    drawn = {
        "Prediction": [
            pictures.overlay(image, ids, palette, 0.62) for ids, _ in maps
        ],
        "Entropy": [pictures.entropy_picture(entropy) for _, entropy in maps],
    }
    if label is not None:
        drawn["Errors"] = [_errors(image, ids, label) for ids, _ in maps]
    elif len(maps) > 1:
        changed = maps[0][0] != maps[1][0]
        drawn["Changed"] = [_stained(image, changed)]
    views = []
    for title, (after, *before) in drawn.items():
        was = photo_uri(before[0]) if before else None
        views.append(View(title, was, photo_uri(after)))
    return tuple(views)


def _errors(image, ids, label):
    """The image in grey, wrong pixels red, those without a label dark."""
    ignored = label == IGNORE_LABEL
    picture = _stained(image, (ids != label) & ~ignored)
    picture[ignored] = 24
    return picture


def _stained(image, where):
    """The image in pale grey with some of its pixels red."""
    grey = image.mean(axis=-1, keepdims=True)
    picture = np.repeat(0.6 * grey + 60, 3, axis=-1)
    picture[where] = 0.25 * picture[where] + 0.75 * np.array(WRONG)
    return np.rint(picture).astype(np.uint8)
