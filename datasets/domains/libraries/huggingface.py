"""Data sets of Hugging Face's library `datasets` that lie on this machine.

A folder that `save_to_disk` wrote is read as it is. A folder of Parquet files
or of images, and the name of a data set on the Hub that was loaded before, go
through `load_dataset`, which keeps an Arrow file of them in its cache: they are
converted once. Arrow files are mapped into memory: any record can be read, by
many processes at once. Nothing is downloaded.
"""

import contextlib
import dataclasses
import functools
import importlib
import sys
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import tf_advseg
from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import brief
from tf_advseg.base.checks import in_one_line
from tf_advseg.datasets.archives.member import Member
from tf_advseg.datasets.disk_cache.fingerprint import digest
from tf_advseg.datasets.domains.libraries.records import Library
from tf_advseg.datasets.domains.libraries.records import Place
from tf_advseg.datasets.domains.libraries.records import choose

_SAVED = ("state.json", "dataset_dict.json")
"""What `save_to_disk` writes of one split, and of several."""


def open_huggingface(
    name: str, config: str, split: str, image: str, label: str
) -> Library:
    """Finds a data set.

    Args:
        name: A folder, or a name on the Hub.
        config: Which of the data set's configurations; "": the only one.
        split: `train[:80%]`, say: it is the only split, called train; "":
            all splits under their own names.
        image: The column of images.
        label: The column of labels, or "".

    Raises:
        DataError: If it is not on this machine, or has no such columns.
        ImportError: If the library is not installed.
    """
    splits = {
        key: _records(name, config, key, number)
        for key, number in _sizes(name, config, image, label).items()
    }
    base, bracket, _ = split.partition("[")
    found = choose(splits, base, name)
    if bracket:
        first, last = _part(split, base, len(found["train"]))
        found["train"] = found["train"][first:last]
    parts = name.rstrip("/").rpartition("/")
    return Library(parts[2], _folder(name, config), found)


@dataclasses.dataclass(frozen=True, slots=True)
class InArrow(Member):
    """A picture in an Arrow file; its `offset` is the number of the record.

    Args:
        source: Name and configuration of the data set.
        split: The split.
        column: The column.
        state: Text that changes if the file does.
    """

    source: tuple[str, str]
    split: str
    column: str
    state: str

    @property
    def identity(self) -> str:
        return f"{self.state}:{self.offset}"

    def _read(self, file) -> bytes:
        try:
            table = _column(*self.source, self.split, self.column)
            value = table[self.offset][self.column]
        except (ImportError, DataError):
            raise
        except Exception as error:  # Of pyarrow, of many kinds.
            self._fail(f"cannot be read ({in_one_line(error)})")
        if value is None:
            self._fail("is empty")
        if value.get("bytes") is not None:
            return value["bytes"]
        return self._file(str(value.get("path")))

    def _file(self, path: str) -> bytes:
        """The bytes of a file that the record names, in the data's folder."""
        folder = Path(self.source[0]).resolve()
        if not Path(path).resolve().is_relative_to(folder):
            raise DataError(
                f"{self.place!r} names the file {brief(path)}, outside of the "
                "data set's folder: it is not read."
            )
        return Path(path).read_bytes()


def _records(name: str, config: str, split: str, number: int) -> list[Place]:
    """What reads each record of a split."""
    files = _files(name, config, split)
    found = [file.stat() for file in files]
    state = digest(f"{one.st_size} {one.st_mtime_ns}" for one in found)[:16]
    # Roughly: what a picture takes is not known before it is read.
    size = sum(one.st_size for one in found) // max(number, 1)

    def place(index: int) -> Place:
        return lambda member, column: InArrow(
            files[0], member, size, index, (name, config), split, column, state
        )

    return [place(index) for index in range(number)]


def _sizes(name: str, config: str, image: str, label: str) -> dict[str, int]:
    """The number of records of each split; checks the columns."""
    library, sizes = _library(), {}
    for split, dataset in _splits(name, config).items():
        pictures = [
            column
            for column, feature in dataset.features.items()
            if isinstance(feature, library.Image)
        ]
        for column in filter(None, (image, label)):
            if column not in pictures:
                raise DataError(
                    f"Split {split!r} of {name!r} has no column of images "
                    f"{column!r}; it has {', '.join(pictures) or 'none'}: say "
                    "image= and label=."
                )
        sizes[split] = len(dataset)
    return sizes


def _part(spec: str, base: str, number: int) -> tuple[int, int]:
    """From which record to which `train[10%:20%]` goes."""
    try:
        read = _library().ReadInstruction.from_spec(spec)
        (part,) = read.to_absolute({base: number})
    except (AssertionError, TypeError, ValueError) as error:
        raise DataError(
            f"There is no part {spec!r}: {in_one_line(error)}."
        ) from None
    return part.from_ or 0, number if part.to is None else part.to


def _files(name: str, config: str, split: str) -> list[Path]:
    """The Arrow files of a split."""
    cached = _splits(name, config)[split].cache_files
    if not cached:
        raise DataError(f"Split {split!r} of {name!r} lies in no file.")
    return [Path(file["filename"]) for file in cached]


def _folder(name: str, config: str) -> Path:
    """The folder of the data set, or that of its first Arrow file."""
    if Path(name).is_dir():
        return Path(name)
    return _files(name, config, next(iter(_splits(name, config))))[0].parent


@functools.lru_cache(maxsize=64)
def _column(name: str, config: str, split: str, column: str) -> Any:
    """A column of encoded pictures: {"bytes": ..., "path": ...}."""
    dataset = _splits(name, config)[split].select_columns([column])
    return dataset.cast_column(column, _library().Image(decode=False))


@functools.lru_cache(maxsize=16)
def _splits(name: str, config: str) -> Mapping[str, Any]:
    """Opens a data set; its records stay on the disk."""
    library = _library()
    folder = Path(name)
    try:
        if any((folder / file).is_file() for file in _SAVED):
            found: Any = library.load_from_disk(name)
        else:
            with _offline(library):
                found = library.load_dataset(name, config or None)
    except Exception as error:  # Of its own, pyarrow's, the system's.
        raise DataError(_not_here(name, error)) from None
    several = isinstance(found, Mapping)
    return found if several else {str(found.split or "train"): found}


def _not_here(name: str, error: Exception) -> str:
    text = in_one_line(error)[:300]
    if Path(name).is_dir():
        return f"{name!r} is no data set that `datasets` reads: {text}."
    return (
        f"The data set {name!r} is not on this machine, and nothing is "
        "downloaded here; load it once where there is a network, by python -c "
        f"\"import datasets; datasets.load_dataset('{name}')\", or give a "
        f"folder ({text})."
    )


@contextlib.contextmanager
def _offline(library: ModuleType) -> Iterator[None]:
    """Keeps both of its libraries from asking the network, five times."""
    from huggingface_hub import constants

    places: list[Any] = [library.config, constants]
    before = [place.HF_HUB_OFFLINE for place in places]
    try:
        for place in places:
            place.HF_HUB_OFFLINE = True
        yield
    finally:
        for place, value in zip(places, before, strict=True):
            place.HF_HUB_OFFLINE = value


def _library() -> ModuleType:
    """Imports `datasets`, theirs.

    A checkout of this project has a folder `datasets`, too, which comes first
    for who runs from there.
    """
    known = sys.modules.get("datasets")
    if known is not None and hasattr(known, "load_dataset"):
        return known
    root = Path(tf_advseg.__file__).resolve().parent.parent
    path, ours = sys.path, sys.modules.pop("datasets", None)
    try:
        sys.path = [p for p in path if Path(p or ".").resolve() != root]
        return importlib.import_module("datasets")
    except ImportError:
        if ours is not None:
            sys.modules["datasets"] = ours
        raise ImportError(
            "The package datasets, of Hugging Face, is not installed: pip "
            "install 'tf-advseg[hf]'."
        ) from None
    finally:
        sys.path = path
