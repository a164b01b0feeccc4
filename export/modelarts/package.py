"""Writes the package: a folder for ModelArts' engine and one for a container.

    OUT/model/        what "import from OBS" takes: the SavedModel,
                      config.json, customize_service.py
    OUT/image/        Dockerfile and server on port 8080 with GET /health;
                      model/config.json for "import from container image"
    OUT/README.md     which of the two to use, and how

Both answer through the same customize_service.py.
"""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.base.files.claims import work_folder
from tf_advseg.export.modelarts import configuration
from tf_advseg.export.modelarts import texts
from tf_advseg.export.modelarts.rules import find_faults
from tf_advseg.export.serving.folder import read_metadata
from tf_advseg.export.serving.signatures import check_signatures

SERVICE_FILE = "customize_service.py"
_SERVER_FILES = (
    "server.py",
    "connections.py",
    "waiting_line.py",
    "form_data.py",
    "model_service/__init__.py",
    "model_service/tfserving_model_service.py",
)
_FILES = Path(__file__).parent / "package_files"


def write_package(
    saved_model: str | Path,
    out: str | Path,
    metrics: Mapping[str, float] | None = None,
    swr_location: str = "",
) -> Path:
    """Writes a ModelArts package of an exported model.

    Args:
        saved_model: A SavedModel with the exporter's signatures.
        out: The folder to make; must not exist yet.
        metrics: What ModelArts shows of the model's quality; from
            `evaluation_metrics`.
        swr_location: The container image's path in SWR, if it is known.

    Returns:
        The folder.

    Raises:
        DataError: If the SavedModel is not whole or lacks a signature,
            `out` exists, or the package would break ModelArts' rules.
    """
    saved_model, out = Path(saved_model), Path(out)
    check_signatures(saved_model)
    metadata = read_metadata(saved_model)
    if out.exists():
        raise DataError(
            f"The folder {str(out)!r} exists; choose another --out, or "
            "delete it."
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with work_folder(out.parent) as work:
        staged = work / "package"
        _write_model(staged / "model", saved_model, metadata, metrics or {})
        _write_image(staged / "image", metrics or {}, swr_location)
        _write(staged / "README.md", texts.README)
        if faults := find_faults(staged):
            raise DataError(f"ModelArts would refuse it: {' '.join(faults)}")
        os.rename(staged, out)
    return out


def _write_model(folder, saved_model, metadata, metrics):
    shutil.copytree(saved_model, folder)
    shutil.copy(_FILES / SERVICE_FILE, folder)
    _write_json(folder / "tf_advseg.json", metadata)
    config = configuration.engine_config(metrics)
    _write_json(folder / "config.json", config)


def _write_image(folder, metrics, swr_location):
    for name in _SERVER_FILES:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_FILES / name, target)
    _write(folder / "Dockerfile", texts.DOCKERFILE)
    _write(folder / "run.sh", texts.RUN_SCRIPT)
    config = configuration.image_config(metrics, swr_location)
    _write_json(folder / "model" / "config.json", config)


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _write_json(path, content):
    _write(path, json.dumps(content, indent=2) + "\n")
