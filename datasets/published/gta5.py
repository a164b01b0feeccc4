"""GTA5, "Playing for Data" (Richter et al., ECCV 2016): a game's streets.

    ROOT/images/00001.png ... 24966.png
    ROOT/labels/00001.png ... 24966.png    palette PNGs; the indices are ids

Ids are the label ids of Cityscapes, with 34 for licence plates. The papers
train on all images. A few have other sizes than 1052 x 1914.
"""

from tf_advseg.datasets.classes.class_sets import CITYSCAPES_IDS
from tf_advseg.datasets.domains.published_data import PublishedData

GTA5 = PublishedData(
    name="gta5",
    title="GTA5 (Playing for Data)",
    register="https://download.visinf.tu-darmstadt.de/data/from_games/",
    creators=(
        "Stephan R. Richter",
        "Vibhav Vineet",
        "Stefan Roth",
        "Vladlen Koltun",
    ),
    licence="research and education only; the game has its own terms",
    image_size=(1052, 1914),
    counts={"train": 24966},
    training_size=(720, 1280),
    unverified=(
        "the licence's wording",
        "that no id beyond 34 occurs (35 and 255 are ignored as well)",
        "that every label has its image's size (one that has not is named)",
    ),
    images=("images/*.png",),
    labels="labels/*.png",
    raw_ids=CITYSCAPES_IDS,
)
