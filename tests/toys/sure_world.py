"""A folder of images of which a given segmenter is sure of some alone.

Two classes, dark and bright, in columns. Where the dark class is far below
the segmenter's boundary, 128, it is sure; where it lies just below, it is
unsure of it, and wrong about the pixels that noise lifts above.
"""

import keras
import numpy as np
from toy_runs import save

from tf_advseg.datasets import ClassSet
from tf_advseg.networks.layers import CornersAlignedResize
from tf_advseg.networks.model_file import save_segmenter

SIZE = (32, 32)
CLASSES = ClassSet("halves", ("dark", "bright"), ((0, 0, 0), (255, 255, 255)))
MAP = (
    "name: halves\nclasses:\n"
    "  - {name: dark, id: 0, color: [0, 0, 0]}\n"
    "  - {name: bright, id: 1, color: [255, 255, 255]}\n"
)
SURE, UNSURE = 60, 122


def write(root, darks, labels=True):
    """Writes one image for each brightness of the dark class, in order."""
    rng = np.random.default_rng(0)
    for number, dark in enumerate(darks):
        label = np.zeros(SIZE, np.uint8)
        label[:, rng.integers(12, 20) :] = 1
        grey = np.where(label, 200, dark) + rng.normal(0, 6, SIZE)
        image = np.clip(grey, 0, 255)[..., None] * np.ones(3)
        save(root / "images" / f"{number}.png", image)
        if labels:
            save(root / "labels" / f"{number}.png", label)
    (root / "classes.yaml").write_text(MAP)
    return root


def segmenter(settings=None, num_classes=2):
    """Sees one pixel at a time; the boundary is at 128."""
    images = keras.Input((None, None, 3), name="images")
    x = keras.layers.Rescaling(1 / 32, offset=-4, name="rescaling")(images)
    layer = keras.layers.Conv2D(num_classes, 1, name="main_logits")
    outputs = {"main": CornersAlignedResize(name="main")([layer(x), images])}
    layer.set_weights([np.array([[[[-0.5, 0.5]] * 3]]), np.zeros(2)])
    return keras.Model(images, outputs, name="pixels")


def save_start(path, classes=CLASSES.names):
    """Writes the segmenter as a run's model."""
    facts = {"classes": list(classes), "method": "source_only", "step": 9}
    facts |= {"backbone": "pixels", "decoder": "none", "palette": []}
    return save_segmenter(segmenter(), path, facts)
