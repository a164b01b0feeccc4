"""IDD, the India Driving Dataset (Varma et al., WACV 2019).

    ROOT/leftImg8bit/SPLIT/DRIVE/*_leftImg8bit.png    part II: .jpg
    ROOT/gtFine/SPLIT/DRIVE/*_gtFine_labelids.png

for the splits train, val and test; labels of the test split are withheld.
The archive holds polygons: its public tools draw the label files with
`createLabels.py --id-type id`. With `--id-type csTrainId` they are called
`*_gtFine_labelcsTrainIds.png` and hold train ids of Cityscapes; with
`--id-type level1Id`, `*_gtFine_labellevel1Ids.png` and the 7 classes of its
first level: their class set is idd7, and cannot be finer.
"""

from tf_advseg.datasets.classes.class_sets import CLASS_SETS
from tf_advseg.datasets.classes.class_sets import TRAIN_IDS
from tf_advseg.datasets.classes.class_sets import numbered
from tf_advseg.datasets.domains.published_data import Option
from tf_advseg.datasets.domains.published_data import PublishedData

_IDS = numbered(
    """road; parking; drivable fallback; sidewalk; rail track;
    non-drivable fallback; person; animal; rider; motorcycle; bicycle;
    autorickshaw; car; truck; bus; caravan; trailer; train;
    vehicle fallback; curb; wall; fence; guard rail; billboard;
    traffic sign; traffic light; pole; polegroup; obs-str-bar-fallback;
    building; bridge; tunnel; vegetation; sky; fallback background;
    unlabeled; ego vehicle; rectification border; out of roi;
    license plate"""
)
_CHANGES = {
    "csTrainId": {
        # One version of the tools writes 19 for animals.
        "raw_ids": {**TRAIN_IDS, "animal": 19},
        "same_as": {},
    },
    "level1Id": {
        "raw_ids": {
            **{name: i for i, name in enumerate(CLASS_SETS["idd7"].names)},
            "unlabeled": 255,
        },
        "same_as": {},
        "default_classes": "idd7",
    },
}

IDD = PublishedData(
    name="idd",
    title="IDD, India Driving Dataset",
    register="https://idd.insaan.iiit.ac.in/",
    creators=(
        "Girish Varma",
        "Anbumani Subramanian",
        "Anoop Namboodiri",
        "Manmohan Chandraker",
        "C. V. Jawahar",
    ),
    licence="its own, for research",
    image_size=None,
    counts={"train": 6993, "val": 981, "test": 2029},
    unverified=("the licence, the counts (of part I)",),
    images=(
        "leftImg8bit/{split}/*/*_leftImg8bit.png",
        "leftImg8bit/{split}/*/*_leftImg8bit.jpg",
    ),
    labels="gtFine/{split}/*/*_gtFine_label{ids}s.png",
    unlabelled=("test",),
    options={"ids": Option("id", ("id", *_CHANGES), _CHANGES)},
    raw_ids={**_IDS, "unlabeled": (_IDS["unlabeled"], 255)},
    own_classes=("idd7",),
    # As the public tools have it in csTrainId.
    same_as={"non-drivable fallback": "terrain"},
)
