"""Cityscapes (Cordts et al., CVPR 2016): streets of fifty cities.

    ROOT/leftImg8bit/SPLIT/CITY/*_leftImg8bit.png
    ROOT/gtFine/SPLIT/CITY/*_gtFine_labelIds.png

for the splits train, val and test; labels of the test split are withheld
(its label files hold no classes), so it counts as unlabelled. Licence plates
have the id -1, which the benchmark's tools never draw. Images alone, without
`gtFine`, are enough to adapt to.
"""

from tf_advseg.datasets.classes.class_sets import CITYSCAPES_IDS
from tf_advseg.datasets.domains.published_data import PublishedData

CITYSCAPES = PublishedData(
    name="cityscapes",
    title="Cityscapes",
    register="https://www.cityscapes-dataset.com/",
    creators=(
        "Marius Cordts",
        "Mohamed Omran",
        "Sebastian Ramos",
        "Timo Rehfeld",
        "Markus Enzweiler",
        "Rodrigo Benenson",
        "Uwe Franke",
        "Stefan Roth",
        "Bernt Schiele",
    ),
    licence="non-commercial: research, teaching, personal experiments",
    image_size=(1024, 2048),
    counts={"train": 2975, "val": 500, "test": 1525},
    training_size=(512, 1024),
    unverified=("the licence's wording",),
    images=("leftImg8bit/{split}/*/*_leftImg8bit.png",),
    labels="gtFine/{split}/*/*_gtFine_labelIds.png",
    unlabelled=("test",),
    raw_ids=CITYSCAPES_IDS,
)
