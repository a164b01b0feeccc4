"""One file a segmenter: Keras' own `.keras` zip with one more member.

The member `tf_advseg.json` holds what the weights alone do not say: class
names, palette, evaluation size, method, step. Plain Keras opens the file
too. Writing is atomic: a reader, or a crash, sees the old file or the new
one, never half of one.
"""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from typing import cast

import keras

import tf_advseg
from tf_advseg.base.checks import brief
from tf_advseg.base.checks import in_one_line
from tf_advseg.base.files import checksums
from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.base.files.claims import work_folder
from tf_advseg.base.files.json_file import parse_object
from tf_advseg.base.files.model_facts import check_facts
from tf_advseg.base.files.zip_member import BadZip
from tf_advseg.base.files.zip_member import check_sizes
from tf_advseg.base.files.zip_member import read_member
from tf_advseg.networks import layers  # noqa: F401  (registers the custom layers)
from tf_advseg.networks.segmenter import check_layers
from tf_advseg.networks.segmenter import check_outputs
from tf_advseg.networks.weights import skeleton
from tf_advseg.settings.parts.finding import find_model

METADATA_MEMBER = "tf_advseg.json"
BEST_FILE = "best.keras"
LAST_FILE = "last.keras"


class DamagedModel(ValueError):
    """A file whose weights cannot be had; the text is the whole story.

    Args:
        path: The file.
        why: A clause.
    """

    def __init__(self, path: Path, why: str):
        super().__init__(f"The file {path} is damaged: {why}.")
        self.path = path


def save_segmenter(
    segmenter: keras.Model, path: str | Path, metadata: Mapping[str, Any]
) -> Path:
    """Writes a segmenter and what is known of it into one file.

    Args:
        segmenter: Functional model whose outputs are a dict with `main`.
        path: Ends in `.keras`; folders are made, an old file is replaced.
        metadata: JSON values: `classes`, `palette`, `class_set`,
            `image_size` ([H, W] for evaluation), `method`, `backbone`,
            `step`. The package's version is added.

    Returns:
        The path written.

    Raises:
        ValueError: If the path does not end in `.keras`, the model is no
            segmenter or the metadata is not JSON. Nothing is written then.
    """
    check_outputs(segmenter, "the model to save")
    return save_model(segmenter, path, metadata)


def save_model(
    model: keras.Model, path: str | Path, metadata: Mapping[str, Any]
) -> Path:
    """As `save_segmenter`, for a model of any kind."""
    path = Path(path)
    if path.suffix != ".keras":
        raise ValueError(
            f"A segmenter's file must end in '.keras'; received {str(path)!r}."
        )
    facts = {**metadata, "tf_advseg_version": tf_advseg.__version__}
    try:
        text = json.dumps(facts, indent=2, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"The metadata for {path.name} must be plain JSON values: {error}."
        ) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    checksums.forget(path)
    with atomic_path(path) as temporary, work_folder(path.parent) as folder:
        # Keras makes files of its own beside the one that it is given.
        made = folder / path.name
        skeleton.save(model, made)
        with zipfile.ZipFile(made, "a") as archive:
            archive.writestr(METADATA_MEMBER, text)
        made.replace(temporary)
    return path


def copy_segmenter(
    source: str | Path, path: str | Path, more: Mapping[str, Any]
) -> Path:
    """Copies a segmenter's file, with facts added to its metadata; atomic.

    Args:
        source: A file written by `save_segmenter`.
        path: Where the copy goes; an old file is replaced.
        more: JSON values; those of the same name are replaced.

    Raises:
        ValueError: As `load_segmenter`.
    """
    text = json.dumps({**read_metadata(source), **more}, indent=2)
    checksums.check(segmenter_file(source))
    path = Path(path)
    checksums.forget(path)
    with (
        atomic_path(path) as temporary,
        zipfile.ZipFile(segmenter_file(source)) as old,
        zipfile.ZipFile(temporary, "w") as new,
    ):
        for member in old.infolist():
            if member.filename != METADATA_MEMBER:
                new.writestr(member, old.read(member))
        new.writestr(METADATA_MEMBER, text)
    return path


def load_segmenter(path: str | Path) -> tuple[keras.Model, dict[str, Any]]:
    """Reads a segmenter and its metadata.

    Keras' safe mode stays on: a file cannot run code of its own.

    Args:
        path: A file written by `save_segmenter`, or a run's folder: then its
            `best.keras`, or `last.keras` if there is no best one.

    Returns:
        The functional model, weights included, and the metadata.

    Raises:
        ValueError: If the file is missing, truncated, changed since it was
            recorded, or holds something else; the message says which.
    """
    path = segmenter_file(path)
    model, metadata = load_model(path)
    check_outputs(model, str(path))
    check_layers(model, str(path))
    return model, metadata


def load_model(path: Path) -> tuple[keras.Model, dict[str, Any]]:
    """As `load_segmenter`, for a model of any kind."""
    metadata = read_metadata(path)
    checksums.check(path)
    try:
        check_sizes(path)
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises many kinds; all mean the same.
        raise ValueError(
            f"Keras cannot load {str(path)!r}, written by tf_advseg "
            f"{brief(metadata.get('tf_advseg_version'))} (this is "
            f"{tf_advseg.__version__}): {in_one_line(error)}"
        ) from error
    return cast(keras.Model, model), metadata


def read_metadata(path: str | Path) -> dict[str, Any]:
    """Reads only the metadata of a file or run folder; fast.

    Raises:
        ValueError: As `load_segmenter`.
    """
    path = segmenter_file(path)
    try:
        text = read_member(path, METADATA_MEMBER)
    except BadZip as error:
        raise ValueError(
            f"{str(path)!r} is not a complete .keras file ({error}); it was "
            "cut short or is something else. Copy it again."
        ) from error
    except KeyError as error:
        raise ValueError(
            f"{str(path)!r} was not written by tf_advseg: it has no member "
            f"{METADATA_MEMBER!r} with class names. Write segmenters with "
            "`tf_advseg.networks.model_file.save_segmenter`."
        ) from error
    try:
        metadata = parse_object(text)
    except ValueError as error:
        raise ValueError(
            f"The metadata of {str(path)!r} are damaged ({error}); copy it "
            "again."
        ) from error
    check_facts(repr(str(path)), metadata)
    return metadata


def check_whole(path: Path) -> None:
    """Holds every member of a segmenter's file against its checksum.

    Keras does not: it would take weights of which a bit was turned.

    Raises:
        DamagedModel: If one is not as it was written.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            broken = archive.testzip()
            json.loads(archive.read(METADATA_MEMBER))
    except Exception as error:  # Zip files break in a dozen ways.
        raise DamagedModel(path, in_one_line(error)) from error
    if broken:
        raise DamagedModel(path, f"{broken} does not fit its checksum")


def load_weights(segmenter: keras.Model, path: Path) -> None:
    """Gives a segmenter the weights in a file of its own kind.

    Raises:
        DamagedModel: If they cannot be had.
    """
    try:
        if not skeleton.load_by_name(segmenter, path):
            segmenter.load_weights(path)
    except Exception as error:  # As in `load_segmenter`.
        raise DamagedModel(path, in_one_line(error)) from error


def segmenter_file(path: str | Path) -> Path:
    """Returns the `.keras` file that a file or run folder stands for.

    Raises:
        ValueError: If there is none.
    """
    path = Path(path)
    if path.is_dir():
        for name in (BEST_FILE, LAST_FILE):
            if (path / name).is_file():
                return path / name
        raise ValueError(
            f"The run folder {str(path)!r} has neither {BEST_FILE} nor "
            f"{LAST_FILE}; has its training saved a model yet?"
        )
    find_model(str(path))
    return path
