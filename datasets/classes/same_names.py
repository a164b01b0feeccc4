"""What each class set of the field calls things that others name otherwise.

`class_mapping` looks here when names alone do not meet. A class that is
wider than any one class of another set (`vehicles`, of which `car` is only a
part) has no entry there: it is dropped rather than guessed.

* camvid11: the 32 colours of CamVid merged as in MathWorks' example
  `camvidPixelLabelIDs`; classes of Cityscapes follow by meaning.
* idd7: level 1 of the India Driving Dataset, as its public list of labels
  (`anue_labels.py`) has it; classes of others follow by meaning.
"""

from collections.abc import Mapping


def _by_name(groups: Mapping[str, str]) -> dict[str, str]:
    """Turns "name: a; b" into "a: name, b: name"."""
    return {
        " ".join(other.split()): name
        for name, others in groups.items()
        for other in others.split(";")
    }


_CITYSCAPES = _by_name(
    {
        "road": "drivable",
        "sidewalk": "pavement",
        "traffic sign": "sign",
        "vegetation": "tree",
        "person": "pedestrian",
        # As the CamVid domain has it: they are drawn with their bicycles.
        "rider": "bicyclist",
    }
)

SAME_NAMES: dict[str, dict[str, str]] = {
    "cityscapes19": _CITYSCAPES,
    "cityscapes16": _CITYSCAPES,
    "cityscapes13": _CITYSCAPES,
    "camvid11": _by_name(
        {
            "building": "wall; bridge; tunnel; archway",
            "pole": "polegroup; traffic cone",
            "road": "drivable; lane marking, not drivable",
            "pavement": "sidewalk; parking block; road shoulder",
            "tree": "vegetation; terrain",
            "sign": "traffic sign; traffic light; miscellaneous text",
            "fence": "guard rail",
            "car": """truck; bus; train; caravan; trailer; autorickshaw;
                truck or bus; other moving""",
            "pedestrian": "person; child; animal; cart, luggage, pram",
            "bicyclist": "rider; bicycle; motorcycle",
        }
    ),
    "idd7": _by_name(
        {
            "drivable": "road; parking; drivable fallback",
            "non-drivable": """sidewalk; pavement; terrain; rail track;
                non-drivable fallback""",
            "living things": "person; rider; pedestrian; bicyclist; animal",
            "vehicles": """car; truck; bus; train; motorcycle; bicycle;
                autorickshaw; caravan; trailer; vehicle fallback""",
            "roadside objects": """wall; fence; pole; polegroup; guard rail;
                traffic sign; traffic light; sign; curb; billboard;
                obs-str-bar-fallback""",
            "far objects": "building; vegetation; tree; bridge; tunnel",
            "sky": "fallback background",
        }
    ),
}
"""The class of a set, by the set's name and the name of the other's class."""
