"""Synscapes (Wrenninge and Unger, 2018): physically based renders.

    ROOT/img/rgb/1.png ... 25000.png
    ROOT/img/class/1.png ... 25000.png    label ids of Cityscapes

The same images in 1024 x 2048 (`img/rgb-2k`) are not read.
"""

from tf_advseg.datasets.classes.class_sets import CITYSCAPES_IDS
from tf_advseg.datasets.domains.published_data import PublishedData

SYNSCAPES = PublishedData(
    name="synscapes",
    title="Synscapes",
    register="https://synscapes.on.liu.se/",
    creators=("Magnus Wrenninge", "Jonas Unger"),
    licence="its own, non-commercial",
    image_size=(720, 1440),
    counts={"train": 25000},
    unverified=("the licence",),
    images=("img/rgb/*.png",),
    labels="img/class/*.png",
    raw_ids=CITYSCAPES_IDS,
)
