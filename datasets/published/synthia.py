"""SYNTHIA-RAND-CITYSCAPES (Ros et al., CVPR 2016): a rendered city.

    ROOT/RGB/0000000.png
    ROOT/GT/LABELS/0000000.png    16-bit RGB: class, instance, nothing

The class is the first channel; GT/COLOR is for looking at only. Some papers'
programs come with labels that were parsed to one channel before; those are
read from `parsed_LABELS` with `labels="parsed_LABELS"`. Ids and layout are
those of the README in the archive. It is read with 16 or 13 classes, or 19
(terrain, truck and train have no pixels, say those who trained so).
"""

from tf_advseg.datasets.classes.class_sets import numbered
from tf_advseg.datasets.domains.published_data import Option
from tf_advseg.datasets.domains.published_data import PublishedData

SYNTHIA = PublishedData(
    name="synthia",
    title="SYNTHIA-RAND-CITYSCAPES",
    register="https://synthia-dataset.net/downloads/",
    creators=(
        "German Ros",
        "Laura Sellart",
        "Joanna Materzynska",
        "David Vazquez",
        "Antonio M. Lopez",
    ),
    licence="CC BY-NC-SA 3.0",
    image_size=(760, 1280),
    counts={"train": 9400},
    training_size=(760, 1280),
    unverified=(
        "the licence",
        "the name and place of parsed labels (from others' programs)",
    ),
    images=("RGB/*.png",),
    labels="{labels}/*.png",
    labels_are="first_channel",
    options={"labels": Option("GT/LABELS")},
    default_classes=16,
    raw_ids=numbered(
        """void; sky; building; road; sidewalk; fence; vegetation; pole; car;
        traffic sign; pedestrian; bicycle; motorcycle; parking-slot;
        road-work; traffic light; terrain; rider; truck; bus; train; wall;
        lanemarking"""
    ),
    same_as={"pedestrian": "person"},
)
