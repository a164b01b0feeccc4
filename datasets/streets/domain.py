"""The street domains: images drawn on demand from a seed, nothing on disk.

    streets-sim     a game's render: flat colours, one light, clean lens
    streets-real    a camera's picture: texture, light, weather, sensor

Both show the same kind of streets and share eleven classes. No image of one
is the other's counterpart: they are drawn apart, like real data sets are.
"""

import dataclasses
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import check_choice
from tf_advseg.base.checks import check_range
from tf_advseg.datasets.disk_cache.fingerprint import code_digest
from tf_advseg.datasets.disk_cache.fingerprint import digest
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.sample_cache import SampleCache
from tf_advseg.datasets.streets.classes import STREETS
from tf_advseg.datasets.streets.geometry.scene import Scene
from tf_advseg.datasets.streets.layout import draw_scene
from tf_advseg.datasets.streets.rendering.raster import label_map
from tf_advseg.datasets.streets.rendering.real import render_real
from tf_advseg.datasets.streets.rendering.sim import render_sim
from tf_advseg.datasets.streets.style import REAL_LAYOUT
from tf_advseg.datasets.streets.style import SIM_LAYOUT
from tf_advseg.datasets.streets.style import RealLook
from tf_advseg.datasets.streets.style import SimLook

STYLES = ("sim", "real")

VERSION = 1
"""Of the streets: raised by every change that alters pixels."""

_LAYOUT_DRAWS, _LOOK_DRAWS = range(2)

_held_out = SampleCache(64 * 1024**2)
"""Images and labels of `val` and `test`, which a run looks at again and again,
the report in domains of its own. Training keeps its images itself."""


@dataclasses.dataclass(frozen=True)
class StreetsDomain(Domain):
    """Streets as a game (`sim`) or a camera (`real`) sees them.

    Example:
        >>> domain = StreetsDomain("real", size=(64, 128))
        >>> domain.read_image("val/000007").shape
        (64, 128, 3)

    Args:
        style: `sim` or `real`.
        size: (H, W) of images and labels. The same key shows the same scene
            at every size.
        seed: Another seed gives other streets.
        train: Number of images of the split `train`.
        val: Of the split `val`.
        test: Of the split `test`.
    """

    splits = ("train", "val", "test")
    class_set = STREETS

    style: str
    size: tuple[int, int] = (128, 256)
    seed: int = 0
    train: int = 400
    val: int = 100
    test: int = 100

    def __post_init__(self):
        check_choice("streets style", self.style, STYLES)
        check_range("seed", self.seed, low=0)
        if len(self.size) != 2 or not all(side >= 16 for side in self.size):
            raise ValueError(
                "Expected size = (height, width) of at least 16 pixels each; "
                f"received {self.size!r}."
            )
        for split in self.splits:
            check_range(split, getattr(self, split), low=0)
        object.__setattr__(self, "name", f"streets-{self.style}")

    def keys(self, split: str) -> Sequence[str]:
        check_choice("split", split, self.splits)
        number = getattr(self, split)
        if number == 0:
            raise DataError(f"Split {split!r} of {self.name} has no images.")
        return [f"{split}/{index:06d}" for index in range(number)]

    def has_labels(self, split: str) -> bool:
        check_choice("split", split, self.splits)
        return True

    def read_image(self, key: str) -> np.ndarray:
        return self._kept(key, self._picture)

    def read_label(self, key: str) -> np.ndarray:
        return self._kept(key, self._label)

    def _kept(self, key: str, draw: Callable[[str], np.ndarray]) -> np.ndarray:
        """What is drawn of a key; its owner may paint on it."""
        if key.startswith("train/"):
            return draw(key)
        name = f"{self!r} {draw.__name__} {key}"
        (found,) = _held_out.get(name, lambda: (draw(key),))
        return found.copy()

    def _picture(self, key: str) -> np.ndarray:
        scene, rng = self.scene(key), self._draws(key, _LOOK_DRAWS)
        if self.style == "sim":
            return render_sim(scene, self.size, rng, SimLook())
        return render_real(scene, self.size, rng, RealLook())

    def _label(self, key: str) -> np.ndarray:
        return label_map(self.scene(key), self.size)

    def fingerprint(self, split: str, with_labels: bool) -> str:
        del with_labels
        code = code_digest(Path(__file__).parent)
        return digest([repr(self), split, code])

    def recipe(self, split: str) -> dict[str, Any]:
        return {
            "drawn": self.name,
            "version": VERSION,
            "size": list(self.size),
            "seed": self.seed,
            "split": split,
            "num_images": len(self.keys(split)),
        }

    def scene(self, key: str) -> Scene:
        """Returns what stands where in the image of this key."""
        layout = SIM_LAYOUT if self.style == "sim" else REAL_LAYOUT
        return draw_scene(self._draws(key, _LAYOUT_DRAWS), layout)

    def _draws(self, key: str, purpose: int) -> np.random.Generator:
        split, _, index = key.partition("/")
        if split not in self.splits or not index.isdigit():
            raise DataError(
                f"{self.name} has no image {key!r}; expected a key such as "
                "'train/000012'."
            )
        numbers = STYLES.index(self.style), self.splits.index(split)
        return np.random.default_rng([self.seed, *numbers, int(index), purpose])
