"""A SavedModel from the real exporter, small enough to read.

Its class is the strongest of red, green and blue, as `toy_segmenter`'s, at
each image's own size.
"""

from pathlib import Path

import toy_segmenter

from tf_advseg.export.formats.saved_model import write_saved_model
from tf_advseg.export.graph.serving_module import ServingModule
from tf_advseg.networks.ensemble import Ensemble

METADATA = {
    "format": 1,
    "kind": "saved_model",
    "size": [4, 6],
    "classes": list(toy_segmenter.CLASSES.names),
    "palette": [list(colour) for colour in toy_segmenter.CLASSES.palette],
    "class_set": "colours",
}
FACTOR = 10 / 255
"""Logits run from 0 to 10."""


def write_toy_saved_model(folder: Path, max_pixels: int = 10_000) -> Path:
    """Writes a SavedModel that takes up to `max_pixels` at once."""
    segmenter = toy_segmenter.colour_segmenter((FACTOR,) * 3)
    module = ServingModule(Ensemble([segmenter]), None, max_pixels)
    write_saved_model(module, folder, METADATA)
    return folder
