"""Cross-City, or NTHU (Chen et al., ICCV 2017): Rome, Rio, Tokyo, Taipei.

    ROOT/CITY/Images/Train/*.png    unlabelled; some images are .jpg
    ROOT/CITY/Images/Test/*.png
    ROOT/CITY/Labels/Test/*_eval.png

Labels hold label ids of Cityscapes; 13 of its classes are annotated. The
papers adapt from Cityscapes to the train split of one city and evaluate on
its test split.
"""

from tf_advseg.datasets.classes.class_sets import CITYSCAPES_IDS
from tf_advseg.datasets.domains.published_data import Option
from tf_advseg.datasets.domains.published_data import PublishedData

CROSS_CITY = PublishedData(
    name="cross-city",
    title="Cross-City (NTHU)",
    register="https://yihsinchen.github.io/segmentation_adaptation/",
    creators=(
        "Yi-Hsin Chen",
        "Wei-Yu Chen",
        "Yu-Ting Chen",
        "Bo-Cheng Tsai",
        "Yu-Chiang Frank Wang",
        "Min Sun",
    ),
    licence="not found; ask the authors",
    image_size=None,
    counts={"train": 3200, "test": 100},
    unverified=(
        "layout, naming and ids (from others' programs; the archive has "
        "a second kind of labels, `*_city.png`, which is not read)",
        "the counts, which are a city's (one source has 1,000 labelled)",
        "which ids beside the 13 occur: all others are ignored",
    ),
    images=("{city}/Images/{split}/*.png", "{city}/Images/{split}/*.jpg"),
    labels="{city}/Labels/{split}/*_eval.png",
    unlabelled=("train",),
    folders={"train": "Train", "test": "Test"},
    options={"city": Option("Rome", ("Rome", "Rio", "Tokyo", "Taipei"))},
    raw_ids=CITYSCAPES_IDS,
    ignore_unknown=True,
    default_classes=13,
)
