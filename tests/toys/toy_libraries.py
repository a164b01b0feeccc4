"""Tiny data sets as two libraries keep them on the disk."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from tf_advseg.datasets import LIBRARY_DOMAINS

SIZE = (8, 16)
CLASSES = ["road", "car", "sky"]
COUNTS = {"train": 5, "test": 2}


def image(number: int) -> np.ndarray:
    """The image of a record."""
    return np.full((*SIZE, 3), 10 * number, np.uint8)


def label(number: int) -> np.ndarray:
    """The label of a record: a row of another class in each."""
    found = np.full(SIZE, number % 3, np.uint8)
    found[number % SIZE[0]] = 255
    return found


def png(array: np.ndarray) -> bytes:
    """An array as the bytes of a PNG file."""
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG")
    return file.getvalue()


def write_tfds(root: Path, kind="tfrecord", named=False) -> Path:
    """Prepares the data set `toy_streets` of tensorflow_datasets below a root.

    By a builder, as those of its catalogue are.
    """
    import tensorflow_datasets as tfds

    mask = {"shape": (None, None, 1)}
    features = tfds.features.FeaturesDict(
        {
            "image": tfds.features.Image(shape=(None, None, 3)),
            "segmentation_mask": tfds.features.LabeledImage(
                labels=CLASSES, **mask
            )
            if named
            else tfds.features.Image(**mask),
            "number": tfds.features.Scalar(np.int64),
            "depth": tfds.features.Image(
                shape=(None, None, 1), dtype=np.float32
            ),
        }
    )

    def examples(count):
        for number in range(count):
            yield (
                number,
                {
                    "image": image(number),
                    "segmentation_mask": label(number)[..., None],
                    "number": number,
                    "depth": np.zeros((*SIZE, 1), np.float32),
                },
            )

    class ToyStreets(tfds.core.GeneratorBasedBuilder, skip_registration=True):
        VERSION = tfds.core.Version("1.0.0")
        code_path = None  # It looks for files beside its own, otherwise.

        def _info(self):
            return tfds.core.DatasetInfo(
                builder=self, features=features, disable_shuffling=True
            )

        def _split_generators(self, manager):
            return {split: examples(count) for split, count in COUNTS.items()}

        def _generate_examples(self):
            raise AssertionError("generators are given")

    ToyStreets(data_dir=root, file_format=kind).download_and_prepare()
    return root


def table(count: int, with_label=True) -> dict[str, list]:
    """Columns of a data set of Hugging Face's library."""
    columns = {"image": [png(image(i)) for i in range(count)]}
    if with_label:
        columns["label"] = [png(label(i)) for i in range(count)]
    return {
        name: [{"bytes": data, "path": None} for data in column]
        for name, column in columns.items()
    }


def write_huggingface(root: Path, **columns) -> Path:
    """Saves splits as `save_to_disk` does; columns replace those of `train`."""
    library = hugging_face()
    splits = {}
    for split, count in COUNTS.items():
        values = table(count) | (columns if split == "train" else {})
        pictures = library.Features(dict.fromkeys(values, library.Image()))
        splits[split] = library.Dataset.from_dict(values, pictures)
    library.DatasetDict(splits).save_to_disk(str(root))
    return root


def hugging_face():
    """Their `datasets`, not ours."""
    from tf_advseg.datasets.domains.libraries import huggingface

    return huggingface._library()


def make(library: str, root: Path, **options):
    """A domain of a library, whose data set is written first."""
    if library == "tfds":
        write_tfds(root)
    else:
        write_huggingface(root / "toy_streets")
    return open_again(library, root, **options)


def open_again(library: str, root: Path, **options):
    """The domain of a data set that `make` wrote."""
    place = (
        {"name": "toy_streets", "data_dir": str(root)}
        if library == "tfds"
        else {"name": str(root / "toy_streets")}
    )
    return LIBRARY_DOMAINS[library](**{"classes": CLASSES, **place, **options})
