"""Class statistics of a toy source."""

import numpy as np

from tf_advseg.datasets import ClassStatistics


def toy_statistics():
    return ClassStatistics(
        class_names=("a", "b", "c"),
        ratios=np.array([0.5, 0.3, 0.2]),
        size_low=np.array([0.3, 0.1, 0.05]),
        size_mean=np.array([0.5, 0.3, 0.2]),
        size_high=np.array([0.7, 0.5, 0.4]),
        num_images=10,
    )
