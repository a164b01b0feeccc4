"""Which images 8-bit activations are calibrated on.

The range of an activation is that of all calibration images together. One
image on which a network explodes (a street at dusk, say) makes every range
so wide that the ordinary images share a few of the 256 steps.
"""

import dataclasses
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tf_advseg.export.artefacts.home_images import HomeImages
from tf_advseg.networks.ensemble import Ensemble

FACTOR = 5
"""How many times the median an image's largest logit may have."""
MOST = 0.1
"""Share of the images that can be left out: more are no exceptions."""


def without_outliers(
    calibration: HomeImages,
    ensemble: Ensemble,
    size: tuple[int, int],
    write: Callable[[str], None],
) -> HomeImages:
    """Leaves out images whose logits are far larger than the others'.

    Args:
        calibration: The images, with their keys.
        ensemble: The predictor.
        size: (H, W) at which the artefact sees them.
        write: Told which were left out, and why.
    """
    logits = tf.function(ensemble.logits)
    largest = np.array(
        [
            np.max([np.abs(maps).max() for maps in logits(image)])
            for image in _batches_of_one(calibration, size)
        ]
    )
    largest[np.isnan(largest)] = np.inf
    ratios = largest / max(np.median(largest), np.finfo(np.float32).tiny)
    is_outlier = ratios > FACTOR
    if not is_outlier.any() or is_outlier.mean() > MOST:
        return calibration
    for index in np.flatnonzero(is_outlier).tolist():
        write(
            f"Left out of calibration: {calibration.keys[index]} of "
            f"{calibration.domain}, {calibration.split}; its largest logit is "
            f"{ratios[index]:.0f} times the median, and would take the 8 bits "
            "from all others. Look at the image."
        )
    kept = np.flatnonzero(~is_outlier).tolist()
    return dataclasses.replace(
        calibration,
        images=[calibration.images[index] for index in kept],
        keys=[calibration.keys[index] for index in kept],
    )


def _batches_of_one(calibration, size):
    for image in calibration.resized(size):
        yield tf.constant(image[np.newaxis], tf.float32)
