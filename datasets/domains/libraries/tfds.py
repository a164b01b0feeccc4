"""Data sets that tensorflow_datasets has prepared on this machine.

Only their files are read: no code of a data set runs, and nothing is
downloaded.
"""

from pathlib import Path
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import in_one_line
from tf_advseg.datasets.domains.libraries.record_files import in_array_record
from tf_advseg.datasets.domains.libraries.record_files import in_tfrecord
from tf_advseg.datasets.domains.libraries.records import Library
from tf_advseg.datasets.domains.libraries.records import Place
from tf_advseg.datasets.domains.libraries.records import choose


def open_tfds(
    name: str, data_dir: str, split: str, image: str, label: str
) -> Library:
    """Finds a prepared data set.

    Args:
        name: `cityscapes`, `cityscapes/semantic_segmentation`,
            `cityscapes/semantic_segmentation:1.0.0`: as tensorflow_datasets
            has it; without a version the newest.
        data_dir: Where data sets were prepared; "": where the library does.
        split: `train[:80%]`, say: it is the only split, called train; "":
            all splits under their own names.
        image: The feature of images.
        label: The feature of labels, or "".

    Raises:
        DataError: If it is not prepared, or its files cannot be read.
        ImportError: If the library is not installed.
    """
    try:
        from tensorflow_datasets.core import read_only_builder
    except ImportError:
        raise ImportError(
            "The package tensorflow_datasets is not installed: pip install "
            "'tf-advseg[tfds]'."
        ) from None
    try:
        path, _, version = name.partition(":")
        builder = read_only_builder.builder_from_files(
            path, data_dir=data_dir or None, version=version or None
        )
    except Exception as error:  # Of several kinds, from its registry.
        raise DataError(_not_prepared(name, data_dir, error)) from None
    info: Any = builder.info
    names = _class_names(info.features, name, image, label)
    if split and split not in info.splits:
        # A part of a split, `train[:80%]`; what it has not is said by choose.
        try:
            found = {split: info.splits[split]}
        except ValueError as error:
            raise DataError(
                f"{name!r} has no split {split!r}: {in_one_line(error)}."
            ) from None
    else:
        found = choose(info.splits, split, name)
    return Library(
        info.name,
        Path(builder.data_path),
        {
            "train" if split else key: _records(found[key], info, name)
            for key in found
        },
        names,
    )


def _records(split: Any, info: Any, name: str) -> list[Place]:
    """What reads each record of a split."""
    kind, places = info.file_format.value, []
    if kind not in ("tfrecord", "array_record"):
        raise DataError(
            f"{name!r} was prepared as {kind} files; expected array_record or "
            f"tfrecord: tfds build {name} --file_format=array_record"
        )
    for part in split.file_instructions:
        path = Path(part.filename)
        last = None if part.take < 0 else part.skip + part.take
        if kind == "tfrecord":
            places += in_tfrecord(path)[part.skip : last]
            continue
        number = part.examples_in_shard
        places += in_array_record(path, number)[part.skip : last]
    return places


def _class_names(features: Any, name: str, image: str, label: str) -> list[str]:
    """The classes that a feature of labels states; checks both features."""
    import tensorflow_datasets as tfds

    kind = tfds.features.Image
    pictures = sorted(k for k, v in features.items() if isinstance(v, kind))
    for column in filter(None, (image, label)):
        if column not in pictures:
            raise DataError(
                f"{name!r} has no feature of images {column!r}; it has "
                f"{', '.join(pictures) or 'none'}: say image= and label=."
            )
        if features[column].tf_dtype not in ("uint8", "uint16"):
            raise DataError(
                f"The feature {column!r} of {name!r} holds "
                f"{features[column].tf_dtype}; expected whole numbers."
            )
    stated = getattr(features[label], "names", None) if label else None
    return list(stated or ())


def _not_prepared(name: str, data_dir: str, error: Exception) -> str:
    where = f" in {data_dir!r}" if data_dir else ""
    flag = f" --data_dir={data_dir}" if data_dir else ""
    return (
        f"The data set {name!r} of tensorflow_datasets is not prepared{where}, "
        f"and nothing is downloaded here; prepare it once: tfds build {name}"
        f"{flag} ({in_one_line(error)[:200]})."
    )
