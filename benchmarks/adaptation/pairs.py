"""The domain pairs of all benchmarks that train: data, classes, sizes.

The real images are no part of this repository. --data names a folder with

    airsim_to_camvid/source     AirSim Neighborhood: images/, labels/
    airsim_to_camvid/target     CamVid: train/ and dev/, each with images/,
                                labels/ (7 classes), labels_native/ (11)
    idd_lite/train              IDD-Lite: images/, labels/

and nothing of their test splits. What a pair needs beside that, lists of
images, is written below --runs.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tf_advseg.base.files.atomic_file import write_text

DATA, LISTS = "DATA", "LISTS"
"""How settings here and in records begin the paths of two folders."""


@dataclasses.dataclass(frozen=True)
class SplitList:
    """A split of some of a folder's images, chosen by their names.

    Attributes:
        parent: The split of the folder that they are taken from.
        images: The folder below the data's that they lie in.
        begins: How their names begin, or must not begin.
        others: Whether they must not.
        first: Of these, in sorted order, the first that is taken.
        end: The first that is not taken any more; None takes the rest.
    """

    parent: str
    images: str
    begins: str
    others: bool = False
    first: int = 0
    end: int | None = None

    def names(self, data: Path) -> list[str]:
        """The images of the split, without endings."""
        every = sorted(path.stem for path in (data / self.images).iterdir())
        meant = [n for n in every if n.startswith(self.begins) != self.others]
        return meant[self.first : self.end]


@dataclasses.dataclass(frozen=True)
class Pair:
    """A source, a target, and how both are shown to a network.

    Attributes:
        title: For people.
        settings: Of `tf_advseg train`, the same for all methods; paths begin
            with `DATA/` or `LISTS/`.
        class_map: A file of configs/ that gets the splits of `lists` and is
            then found in LISTS under the same name.
        lists: Splits to make, by name.
        large_classes: A mean over these is reported beside that over all.
    """

    title: str
    settings: Mapping[str, Any]
    class_map: str = ""
    lists: Mapping[str, SplitList] = dataclasses.field(default_factory=dict)
    large_classes: tuple[str, ...] = ()

    @property
    def needs_data(self) -> bool:
        """Whether it is of real images."""
        return bool(self.settings)

    def prepare(self, data: Path, lists: Path) -> None:
        """Writes the lists of images, and a class map that names them."""
        if not self.lists:
            return
        text = (CONFIGS / self.class_map).read_text(encoding="utf-8")
        text += "splits:\n"
        for name, split in self.lists.items():
            names = "\n".join(split.names(data))
            write_text(lists / f"{name}.txt", names + "\n")
            text += f"  {name}: {{from: {split.parent}, list: {name}.txt}}\n"
        write_text(lists / self.class_map, text)

    def settings_in(self, data: Path | None, lists: Path) -> dict[str, Any]:
        """The settings with the paths of this machine."""
        places = {DATA: str(data), LISTS: str(lists)}
        return {
            name: _placed(value, places)
            for name, value in self.settings.items()
        }


def _placed(value: Any, places: Mapping[str, str]) -> Any:
    first, slash, rest = str(value).partition("/")
    return f"{places[first]}/{rest}" if slash and first in places else value


CONFIGS = Path(__file__).parents[2] / "configs"
CAMVID = "airsim_to_camvid/target"
DUSK = "0001TP_"
"""CamVid's one sequence at dusk; 62 of the 367 images of `train`."""
DUSK_TRAIN = 38
"""It is a film: the first 38 are trained on, the last 24 are held out."""
_TRAIN = ("train", f"{CAMVID}/train/images", DUSK)

PAIRS = {
    "airsim-camvid": Pair(
        title="AirSim -> CamVid",
        settings={
            "source": f"{DATA}/airsim_to_camvid/source",
            "target": f"{DATA}/{CAMVID}",
            "classes": "configs/airsim_camvid.yaml",
            "target_classes": "configs/airsim_camvid.yaml",
            "eval_split": "dev",
            "source_size": "144x256",
            "target_size": "192x256",
            "crop": "144x208",
            # Cars are small, seen from above.
            "source_max_scale": 3.0,
        },
        large_classes=("road", "building", "vegetation", "sky"),
    ),
    "camvid-idd": Pair(
        title="CamVid -> IDD-Lite",
        settings={
            "source": f"{DATA}/{CAMVID}",
            "target": f"{DATA}/idd_lite",
            "classes": "configs/camvid_as_idd_lite.yaml",
            "target_classes": "configs/idd_lite.yaml",
            "eval_split": "dev",
            "source_size": "240x320",
            "target_size": "227x320",
            "crop": "144x208",
        },
    ),
    "camvid-day-dusk": Pair(
        title="CamVid day -> dusk",
        settings={
            "source": f"{DATA}/{CAMVID}",
            "target": f"{DATA}/{CAMVID}",
            "classes": f"{LISTS}/camvid11.yaml",
            "target_classes": f"{LISTS}/camvid11.yaml",
            "eval_split": "dusk_dev",
            "source_split": "day",
            "target_split": "dusk",
            "source_size": "240x320",
            "target_size": "240x320",
            "crop": "144x208",
        },
        class_map="camvid11.yaml",
        lists={
            "day": SplitList(*_TRAIN, others=True),
            "dusk": SplitList(*_TRAIN, end=DUSK_TRAIN),
            "dusk_dev": SplitList(*_TRAIN, first=DUSK_TRAIN),
        },
    ),
    "streets": Pair(title="Embedded streets", settings={}),
}
"""By the name of the pair's folder of runs."""
