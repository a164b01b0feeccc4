"""ACDC (Sakaridis et al., ICCV 2021): fog, night, rain and snow.

    ROOT/rgb_anon/CONDITION/SPLIT/RUN/*_rgb_anon.png
    ROOT/gt/CONDITION/SPLIT/RUN/*_gt_labelTrainIds.png

for the splits train, val and test; labels of the test split are withheld.
The archives' folders `rgb_anon` and `gt` go into one root. The references in
good weather (`train_ref` and so on) are not read.
"""

from tf_advseg.datasets.classes.class_sets import TRAIN_IDS
from tf_advseg.datasets.domains.published_data import Option
from tf_advseg.datasets.domains.published_data import PublishedData

ACDC = PublishedData(
    name="acdc",
    title="ACDC, Adverse Conditions Dataset with Correspondences",
    register="https://acdc.vision.ee.ethz.ch/download",
    creators=("Christos Sakaridis", "Dengxin Dai", "Luc Van Gool"),
    licence="non-commercial",
    image_size=(1080, 1920),
    counts={"train": 1600, "val": 406, "test": 2000},
    unverified=(
        "the licence, the counts (of all conditions)",
        "layout and naming (from others' programs)",
    ),
    images=("rgb_anon/{condition}/{split}/*/*_rgb_anon.png",),
    labels="gt/{condition}/{split}/*/*_gt_labelTrainIds.png",
    unlabelled=("test",),
    options={
        "condition": Option("all", ("all", "fog", "night", "rain", "snow"))
    },
    raw_ids=TRAIN_IDS,
)
