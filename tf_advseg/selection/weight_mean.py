"""The mean of the weights of several snapshots.

Izmailov, Podoprikhin, Garipov, Vetrov and Wilson, "Averaging Weights Leads to
Wider Optima and Better Generalization" (arXiv 1803.05407). The moving
statistics of batch norm are averaged with the weights.
"""

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from tf_advseg.networks.model_file import load_weights


def load_mean_of_weights(segmenter: keras.Model, files: Sequence[Path]) -> None:
    """Gives a segmenter the mean of the weights in files of its kind.

    Counters and seeds have no mean; they become those of the last file.

    Args:
        segmenter: Of the files' architecture; its weights are replaced.
        files: `.keras` files, at least one; one is in memory at a time.

    Raises:
        DamagedModel: If one cannot be read.
    """
    totals, values = [], []
    for path in files:
        load_weights(segmenter, path)
        values = segmenter.get_weights()
        if not totals:
            # Sums in float64: the mean of equal weights is that weight.
            totals = [value.astype(np.float64) for value in values]
        else:
            for total, value in zip(totals, values, strict=True):
                total += value
    means = [
        (total / len(files)).astype(value.dtype)
        if np.issubdtype(value.dtype, np.floating)
        else value
        for total, value in zip(totals, values, strict=True)
    ]
    segmenter.set_weights(means)
