"""A contact sheet: images, truth, and what segmenters make of them."""

from collections.abc import Mapping

import numpy as np

from tf_advseg import pictures
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.evaluation_samples import EvaluationSamples
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.evaluation import bands
from tf_advseg.evaluation.evaluating import has_labels
from tf_advseg.networks.ensemble import Ensemble

MAX_CELL_HEIGHT = 256


def prediction_sheet(
    predictors: Mapping[str, Ensemble],
    domain: Domain,
    split: str,
    size: tuple[int, int] | None,
    num_images: int = 5,
) -> np.ndarray:
    """Draws evenly spaced images of a split with predictions and entropies.

    Args:
        predictors: Ensembles by the title of their column.
        domain: Where the images come from.
        split: Which of its splits; truth is drawn if it has labels.
        size: (H, W) images are resized to; None keeps each image's own.
        num_images: Rows at most.

    Returns:
        uint8 `(H, W, 3)`, the legend on top.
    """
    keys = domain.keys(split)
    spread = np.linspace(0, len(keys) - 1, min(num_images, len(keys)))
    keys = [keys[int(index)] for index in spread]
    labelled = has_labels(domain, split)
    classes = domain.class_set
    titles = ["image", *(["truth"] if labelled else [])]
    for title in predictors:
        titles += [title, f"{title}: entropy"]
    rows = []
    samples = EvaluationSamples(domain, keys, size, labelled, FaultLog())
    for sample in samples:
        shape = sample.image.shape[:2]
        row = [sample.image.astype(np.uint8)]
        if sample.label is not None:
            row.append(pictures.colourise(sample.label, classes.palette))
        for ensemble in predictors.values():
            predicted, entropy = bands.predict(
                ensemble, sample.image[np.newaxis], shape, bands.ENTROPIES
            )
            row.append(pictures.colourise(predicted[0], classes.palette))
            row.append(pictures.entropy_picture(entropy[0]))
        rows.append(row)
    sheet = pictures.contact_sheet(rows, titles, _cell(rows[0][0]))
    legend = pictures.legend(classes.names, classes.palette, sheet.shape[1])
    return pictures.stacked([legend, sheet])


def _cell(picture: np.ndarray) -> tuple[int, int]:
    height, width = picture.shape[:2]
    shrink = min(1.0, MAX_CELL_HEIGHT / height)
    return round(height * shrink), round(width * shrink)
