"""The target of a run in two parts, easy and hard, as files of the run.

    easy_and_hard/
      ranking.json        the images, the surest first: entropy and part; of
                          easy ones also the label's file and its SHA-256
      labels/000007.png   an easy image's label: one train id a pixel

The folder gets its name when everything is in it.
"""

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Iterable
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from tf_advseg.base.checks import DataError
from tf_advseg.base.files.claims import work_folder
from tf_advseg.datasets.disk_cache.fingerprint import digest
from tf_advseg.datasets.domains.composed.part_of_split import PartOfSplit
from tf_advseg.datasets.domains.domain import Domain

FOLDER = "easy_and_hard"
RANKING_FILE = "ranking.json"
LABELS = "labels"
EASY, HARD = "easy", "hard"


@dataclasses.dataclass(frozen=True)
class RankedImage:
    """One image of the target.

    Attributes:
        key: Of the image.
        entropy: R, its mean normalised entropy, 0-1.
        part: `EASY` or `HARD`.
        label: The label's file in labels/; hard images have none.
        sha256: Of that file.
    """

    key: str
    entropy: float
    part: str = HARD
    label: str = ""
    sha256: str = ""


@dataclasses.dataclass(frozen=True)
class EasyAndHard:
    """The parts that a run's target is in.

    Attributes:
        folder: `FOLDER` of the run.
        images: The surest first.
        left_out: Why, by the key of each image that could not be read.
    """

    folder: Path
    images: tuple[RankedImage, ...]
    left_out: Mapping[str, str]

    def of(self, part: str) -> list[RankedImage]:
        """The images of a part, the surest first."""
        return [image for image in self.images if image.part == part]

    def domains(self, target: Domain, split: str) -> tuple[Domain, Domain]:
        """The labelled easy images and the hard ones, as two domains."""
        easy = self.of(EASY)
        labels = {i.key: self.folder / LABELS / i.label for i in easy}
        hashes = digest(f"{image.key} {image.sha256}" for image in easy)
        hard = [image.key for image in self.of(HARD)]
        return (
            PartOfSplit(target, split, [*labels], EASY, labels, hashes),
            PartOfSplit(target, split, hard, HARD),
        )


def num_easy(num_images: int, share: float) -> int:
    """How many images of at least two are easy: neither part is empty.

    >>> num_easy(100, 0.67), num_easy(2, 0.67), num_easy(2, 0.1)
    (67, 1, 1)
    """
    return min(max(round(share * num_images), 1), num_images - 1)


def write(
    run: str | Path,
    predictions: Iterable[tuple[str, float, np.ndarray]],
    share: float,
    left_out: Mapping[str, str],
) -> EasyAndHard:
    """Ranks images and writes the easy ones' labels; replaces what is there.

    Args:
        run: The run's folder, which nobody else writes into.
        predictions: Key, R and train ids, uint8 `(H, W)`, of each image, in
            the order that decides between equals.
        share: Of the images that is easy.
        left_out: Looked at when all predictions have come.

    Raises:
        DataError: If fewer than two images came.
    """
    folder = Path(run) / FOLDER
    with work_folder(folder.parent) as work:
        labels = work / FOLDER / LABELS
        labels.mkdir(parents=True)
        images = _with_labels(labels, predictions)
        images = _ranked(labels, images, share, left_out)
        values = {
            "format": 1,
            "left_out": dict(left_out),
            "images": [dataclasses.asdict(image) for image in images],
        }
        text = json.dumps(values, indent=1) + "\n"
        (work / FOLDER / RANKING_FILE).write_text(text, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        (work / FOLDER).rename(folder)
    return EasyAndHard(folder, tuple(images), dict(left_out))


def read(run: str | Path) -> EasyAndHard | None:
    """Returns what `write` wrote; None if nothing is there.

    Raises:
        DataError: If the ranking is not readable.
    """
    folder = Path(run) / FOLDER
    if not folder.exists():
        return None
    try:
        text = (folder / RANKING_FILE).read_text(encoding="utf-8")
        values = json.loads(text)
        images = tuple(RankedImage(**value) for value in values["images"])
        left_out = dict(values["left_out"])
    except (OSError, ValueError, KeyError, TypeError):
        raise DataError(
            f"{folder / RANKING_FILE} is not a readable ranking."
        ) from None
    return EasyAndHard(folder, images, left_out)


def check_labels(parts: EasyAndHard) -> None:
    """Raises `DataError` unless every label is as it was written."""
    for image in parts.of(EASY):
        path = parts.folder / LABELS / image.label
        try:
            is_same = _sha256(path) == image.sha256
        except OSError as error:
            raise DataError(
                f"{path} cannot be read ({error.strerror})."
            ) from None
        if not is_same:
            raise DataError(
                f"{path} does not have the SHA-256 it was written with."
            )


def _with_labels(labels, predictions) -> list[RankedImage]:
    """Writes the label of each image: which are easy is not known yet."""
    images = []
    for number, (key, entropy, classes) in enumerate(predictions):
        name = f"{number:06d}.png"
        Image.fromarray(classes).save(labels / name)
        images.append(RankedImage(key, entropy, HARD, name))
    return images


def _ranked(labels, images, share, left_out) -> list[RankedImage]:
    """The surest first; labels of hard ones are removed."""
    if len(images) < 2:
        raise DataError(
            f"Only {len(images)} of the {len(images) + len(left_out)} target "
            "images can be read; easy and hard ones are at least two. Repair "
            f"or replace {', '.join(left_out)}."
        )
    images = sorted(images, key=lambda image: image.entropy)
    count = num_easy(len(images), share)
    easy = [
        dataclasses.replace(
            image, part=EASY, sha256=_sha256(labels / image.label)
        )
        for image in images[:count]
    ]
    for image in images[count:]:
        (labels / image.label).unlink()
    hard = [dataclasses.replace(image, label="") for image in images[count:]]
    return easy + hard


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
