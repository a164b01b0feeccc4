"""What an artefact's metadata says of the models that it was made of."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tf_advseg
from tf_advseg.base.files.json_file import read_object
from tf_advseg.networks.ensemble_file import LoadedEnsemble
from tf_advseg.networks.model_file import segmenter_file

DATA_FILE = "data.json"
CONFIG_FILE = "config.json"


def artefact_facts(
    loaded: LoadedEnsemble,
    paths: Sequence[str],
    weights: Sequence[float] | None,
    combine: str,
) -> dict[str, Any]:
    """Returns the part of the metadata that all artefacts share.

    Args:
        loaded: The models.
        paths: Their files or the folders of their runs.
        weights: Of an ensemble; None for equal ones.
        combine: What an ensemble adds up.
    """
    files = [segmenter_file(path) for path in paths]
    first = loaded.metadata[0]
    folders = [run_folder_of(path) for path in paths]
    return {
        "classes": list(loaded.class_names),
        "palette": [list(colour) for colour in loaded.palette],
        "class_set": first.get("class_set"),
        "label_table": first.get("label_table"),
        "method": _joined(loaded, "method"),
        "backbone": _joined(loaded, "backbone"),
        "step": first.get("step"),
        "run_id": " + ".join(f.name if f else "unknown" for f in folders),
        "data": _data(folders[0]),
        "tf_advseg_version": tf_advseg.__version__,
        "models": [
            {
                "file": file.name,
                "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
                "step": metadata.get("step"),
            }
            for file, metadata in zip(files, loaded.metadata, strict=True)
        ],
        "weights": list(weights) if weights else None,
        "combine": combine,
    }


def run_folder_of(path: str | Path) -> Path | None:
    """The run that a model is from: the nearest folder with a config."""
    path = Path(path).resolve()
    for folder in [path, *path.parents][:3]:
        if (folder / CONFIG_FILE).is_file():
            return folder
    return None


def _joined(loaded, key):
    """One value, or the different ones of an ensemble with a plus."""
    values = [str(metadata.get(key)) for metadata in loaded.metadata]
    return " + ".join(dict.fromkeys(values))


def _data(folder):
    if folder is None or not (folder / DATA_FILE).is_file():
        return None
    return read_object(
        folder / DATA_FILE, "The ids of the run's data", "put back a copy"
    )
