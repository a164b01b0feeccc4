"""VIPER, "Playing for Benchmarks" (Richter et al., ICCV 2017): game videos.

    ROOT/SPLIT/img/SEQUENCE/SEQUENCE_FRAME.jpg
    ROOT/SPLIT/cls/SEQUENCE/SEQUENCE_FRAME.png    8-bit ids of classes.csv

for the splits train, val and test; test has no labels. Splits with labels
are made of the images that have one. The archive has its images as .jpg and
as .png. Walls, poles and riders do not occur.
"""

from tf_advseg.datasets.classes.class_sets import numbered
from tf_advseg.datasets.domains.published_data import Option
from tf_advseg.datasets.domains.published_data import PublishedData

VIPER = PublishedData(
    name="viper",
    title="VIPER (Playing for Benchmarks)",
    register="https://playing-for-benchmarks.org/",
    creators=("Stephan R. Richter", "Zeeshan Hayder", "Vladlen Koltun"),
    licence="research and education only; the game has its own terms",
    image_size=(1080, 1920),
    counts={"train": None, "val": None, "test": None},
    unverified=(
        "the licence, the address, the folders' names",
        "which classes are merged: our choice, by their meaning",
    ),
    images=("{split}/img/*/*.{images}",),
    labels="{split}/cls/*/*.png",
    unlabelled=("test",),
    options={"images": Option("jpg", ("jpg", "png"))},
    sparse_labels=True,
    raw_ids=numbered(
        """unlabeled; ambiguous; sky; road; sidewalk; railtrack; terrain;
        tree; vegetation; building; infrastructure; fence; billboard;
        trafficlight; trafficsign; mobilebarrier; firehydrant; chair; trash;
        trashcan; person; animal; bicycle; motorcycle; car; van; bus; truck;
        trailer; train; plane; boat"""
    ),
    same_as={
        "tree": "vegetation",
        "trafficlight": "traffic light",
        "trafficsign": "traffic sign",
        "van": "car",
    },
)
