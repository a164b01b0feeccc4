"""CamVid (Brostow et al., 2008): four drives through Cambridge.

    ROOT/701_StillsRaw_full/0001TP_006690.png
    ROOT/LabeledApproved_full/0001TP_006690_L.png    colours, 32 classes

The archive has no splits; these are the usual 367, 101 and 233 images, which
go by sequence and frame.
"""

from tf_advseg.datasets.domains.published_data import PublishedData


def split_of(image: str) -> str:
    """Returns the split of an image by its name.

    Example:
        >>> split_of("701_StillsRaw_full/0016E5_07959.png")
        'val'
    """
    sequence, _, frame = image.rpartition("/")[2][:-4].partition("_")
    if sequence == "0016E5" and "07959" <= frame <= "08159":
        return "val"
    if sequence == "0001TP" and frame >= "008550":
        return "test"
    return "test" if sequence == "Seq05VD" else "train"


CAMVID = PublishedData(
    name="camvid",
    title="CamVid",
    register="http://mi.eng.cam.ac.uk/research/projects/VideoRec/CamVid/",
    creators=(
        "Gabriel J. Brostow",
        "Jamie Shotton",
        "Julien Fauqueur",
        "Roberto Cipolla",
    ),
    licence="not found",
    image_size=(720, 960),
    counts={"train": 367, "val": 101, "test": 233},
    unverified=(
        "layout and colours (from others' programs)",
        "where the test split begins (its count adds up; train and val "
        "were compared with a public copy of SegNet's)",
        "which classes are merged: into 11 as in MathWorks' example; into "
        "others our choice, by their meaning (bicyclists include the "
        "bicycle, trucks and buses are one class)",
    ),
    images=("701_StillsRaw_full/*.png",),
    labels="LabeledApproved_full/*_L.png",
    split_of=split_of,
    labels_are="colours",
    own_classes=("camvid11",),
    raw_ids={
        "animal": (64, 128, 64),
        "archway": (192, 0, 128),
        "bicyclist": (0, 128, 192),
        "bridge": (0, 128, 64),
        "building": (128, 0, 0),
        "car": (64, 0, 128),
        "cart, luggage, pram": (64, 0, 192),
        "child": (192, 128, 64),
        "column or pole": (192, 192, 128),
        "fence": (64, 64, 128),
        "lane marking, drivable": (128, 0, 192),
        "lane marking, not drivable": (192, 0, 64),
        "miscellaneous text": (128, 128, 64),
        "motorcycle or scooter": (192, 0, 192),
        "other moving": (128, 64, 64),
        "parking block": (64, 192, 128),
        "pedestrian": (64, 64, 0),
        "road": (128, 64, 128),
        "road shoulder": (128, 128, 192),
        "sidewalk": (0, 0, 192),
        "sign": (192, 128, 128),
        "sky": (128, 128, 128),
        "suv or pickup": (64, 128, 192),
        "traffic cone": (0, 0, 64),
        "traffic light": (0, 64, 64),
        "train": (192, 64, 128),
        "tree": (128, 128, 0),
        "truck or bus": (192, 128, 192),
        "tunnel": (64, 0, 64),
        "other vegetation": (192, 192, 0),
        "void": (0, 0, 0),
        "wall": (64, 192, 0),
    },
    same_as={
        "bicyclist": "rider",
        "child": "person",
        "column or pole": "pole",
        "lane marking, drivable": "road",
        "motorcycle or scooter": "motorcycle",
        "pedestrian": "person",
        "sign": "traffic sign",
        "suv or pickup": "car",
        "tree": "vegetation",
        "other vegetation": "vegetation",
    },
)
