"""Mapillary Vistas (Neuhold et al., ICCV 2017), its 66 classes of v1.2.

    ROOT/training/images/*.jpg      (validation, testing likewise)
    ROOT/training/labels/*.png      palette PNGs; the indices are ids
    ROOT/training/v1.2/labels/*.png in release 2.0: `labels="v1.2/labels"`

The splits are called train, val and test here; test has no labels.
"""

from tf_advseg.datasets.classes.class_sets import numbered
from tf_advseg.datasets.domains.published_data import Option
from tf_advseg.datasets.domains.published_data import PublishedData

VISTAS = PublishedData(
    name="mapillary-vistas",
    title="Mapillary Vistas v1.2",
    register="https://www.mapillary.com/dataset/vistas",
    creators=(
        "Gerhard Neuhold",
        "Tobias Ollmann",
        "Samuel Rota Bulò",
        "Peter Kontschieder",
    ),
    licence="CC BY-NC-SA 4.0",
    image_size=None,
    counts={"train": 18000, "val": 2000, "test": 5000},
    unverified=(
        "the licence, the address, the counts",
        "layout and order of the classes (from others' programs)",
        "which classes are merged: our choice, by their meaning",
    ),
    images=("{split}/images/*.jpg",),
    labels="{split}/{labels}/*.png",
    unlabelled=("test",),
    folders={"train": "training", "val": "validation", "test": "testing"},
    options={"labels": Option("labels")},
    raw_ids=numbered(
        """bird; ground animal; curb; fence; guard rail; barrier; wall;
        bike lane; crosswalk - plain; curb cut; parking; pedestrian area;
        rail track; road; service lane; sidewalk; bridge; building; tunnel;
        person; bicyclist; motorcyclist; other rider;
        lane marking - crosswalk; lane marking - general; mountain; sand;
        sky; snow; terrain; vegetation; water; banner; bench; bike rack;
        billboard; catch basin; cctv camera; fire hydrant; junction box;
        mailbox; manhole; phone booth; pothole; street light; pole;
        traffic sign frame; utility pole; traffic light;
        traffic sign (back); traffic sign (front); trash can; bicycle; boat;
        bus; car; caravan; motorcycle; on rails; other vehicle; trailer;
        truck; wheeled slow; car mount; ego vehicle; unlabeled"""
    ),
    same_as={
        "crosswalk - plain": "road",
        "lane marking - crosswalk": "road",
        "lane marking - general": "road",
        "utility pole": "pole",
        "traffic sign (front)": "traffic sign",
        "bicyclist": "rider",
        "motorcyclist": "rider",
        "other rider": "rider",
        "on rails": "train",
    },
)
