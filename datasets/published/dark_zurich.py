"""Dark Zurich (Sakaridis et al., ICCV 2019): day, twilight and night.

    ROOT/rgb_anon/train/TIME/RUN/*_rgb_anon.png     unlabelled
    ROOT/rgb_anon/val/night/RUN/*_rgb_anon.png
    ROOT/gt/val/night/RUN/*_gt_labelTrainIds.png    train ids, 255 = ignore
    ROOT/rgb_anon/test/night/RUN/*_rgb_anon.png     labels are withheld

The archives' folders `rgb_anon` and `gt` go into one root.
"""

from tf_advseg.datasets.classes.class_sets import TRAIN_IDS
from tf_advseg.datasets.domains.published_data import Option
from tf_advseg.datasets.domains.published_data import PublishedData

DARK_ZURICH = PublishedData(
    name="dark-zurich",
    title="Dark Zurich",
    register="https://www.trace.ethz.ch/publications/2019/GCMA_UIoU/",
    creators=("Christos Sakaridis", "Dengxin Dai", "Luc Van Gool"),
    licence="non-commercial",
    image_size=(1080, 1920),
    counts={"train": 2416, "val": 50, "test": 151},
    unverified=(
        "the licence, the address, the counts (at night)",
        "layout and naming (from others' programs)",
    ),
    images=("rgb_anon/{split}/*/*_rgb_anon.png",),
    labels="gt/{split}/*/*_gt_labelTrainIds.png",
    unlabelled=("train", "test"),
    folders={"train": "train/{time}", "val": "val/night", "test": "test/night"},
    options={"time": Option("night", ("day", "twilight", "night"))},
    raw_ids=TRAIN_IDS,
)
