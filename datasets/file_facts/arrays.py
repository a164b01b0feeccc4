"""The facts of samples that are drawn, or read from elsewhere than files."""

import hashlib

import numpy as np
from PIL import Image

from tf_advseg.datasets.file_facts.facts import ImageFacts
from tf_advseg.datasets.file_facts.facts import LabelFacts
from tf_advseg.datasets.file_facts.facts import PairFacts
from tf_advseg.datasets.file_facts.facts import Problem
from tf_advseg.datasets.file_facts.image import measure_image
from tf_advseg.datasets.file_facts.label import measure_ids


def array_facts(
    key: str, image: np.ndarray, label: np.ndarray | None
) -> PairFacts:
    """Returns the facts of an image and its label, as if from PNG files.

    Args:
        key: Stands for the paths.
        image: uint8 `(H, W, 3)`, RGB.
        label: Train ids, uint8 `(H, W)`, or None.
    """
    measured, sample = measure_image(Image.fromarray(image))
    image_facts = ImageFacts(**_known(key, image, "RGB"), **measured)
    if label is None:
        return PairFacts(key, image_facts)
    measured = measure_ids(label, sample)
    label_facts = LabelFacts(**_known(key, label, "L"), **measured)
    return PairFacts(key, image_facts, label_facts)


def unreadable_facts(key: str, error: Exception) -> PairFacts:
    """Returns the facts of a sample that its domain could not read."""
    problem = Problem("corrupt", str(error))
    return PairFacts(key, ImageFacts(path=key, problem=problem))


def _known(key: str, array: np.ndarray, mode: str) -> dict:
    return {
        "path": key,
        "num_bytes": array.nbytes,
        "sha256": hashlib.sha256(np.ascontiguousarray(array).data).hexdigest(),
        "mode": mode,
        "stored_size": array.shape[:2],
    }
