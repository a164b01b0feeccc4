"""From a model to the folder that an MLflow registry keeps."""

import dataclasses
import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import tf_advseg
from tf_advseg.base.checks import DataError
from tf_advseg.base.files import checksums
from tf_advseg.base.files.json_file import read_object
from tf_advseg.base.process import code_version
from tf_advseg.export.artefacts.facts import artefact_facts
from tf_advseg.export.formats import saved_model
from tf_advseg.export.gate.record import check_passed
from tf_advseg.export.graph.serving_module import ServingModule
from tf_advseg.networks.ensemble_file import LoadedEnsemble
from tf_advseg.networks.ensemble_file import load_ensemble
from tf_advseg.runs.overview.facts import data_ids
from tf_advseg.settings.export import SAVED_MODEL

TAG = "tf_advseg."
_TOLD = ("method", "backbone", "step")
_UNKNOWN = (None, "", "unknown", "null")
_LEAST_AGREEMENT = 0.999


@dataclasses.dataclass(frozen=True)
class Packed:
    """A SavedModel, and what is known of it.

    Attributes:
        folder: The SavedModel; its hashes lie beside it.
        facts: Its metadata.
        gate: What was looked at, in words.
    """

    folder: Path
    facts: dict[str, Any]
    gate: str

    def tags(self) -> dict[str, str]:
        """Returns hashes and lineage, as text."""
        facts = self.facts
        models = facts.get("models") or []
        found = {
            "run": facts.get("run_id"),
            **{name: facts.get(name) for name in _TOLD},
            "version": facts.get("tf_advseg_version"),
            "classes": ", ".join(facts["classes"]),
            "sha256": " ".join(str(one.get("sha256")) for one in models),
            "saved_model_sha256": checksums.file_sha256(
                checksums.checksum_file(self.folder)
            ),
            "gate": self.gate,
            "started_from": json.dumps(facts.get("started_from")),
            "registered_by": f"tf_advseg {tf_advseg.__version__}",
            "commit": code_version.commit(),
            **{f"data.{k}": v for k, v in data_ids(facts.get("data")).items()},
        }
        return {
            TAG + name: str(value)
            for name, value in found.items()
            if value not in _UNKNOWN
        }


def pack(
    models: Sequence[Path], workshop: Path, ungated: bool = False
) -> Packed:
    """Returns the SavedModel that a model is, or is made into.

    Args:
        models: `.keras` files or folders of runs (their chosen models), which
            predict together; or the folder of one export or SavedModel.
        workshop: An empty folder, for a SavedModel that is made.
        ungated: Take an exported SavedModel that the gate did not pass.

    Raises:
        ValueError: If it is none of these, was changed since it was written
            or is refused.
    """
    if len(models) == 1:
        for folder in (models[0] / SAVED_MODEL, models[0]):
            if (folder / "saved_model.pb").is_file():
                return _exported(folder, ungated)
    loaded = load_ensemble(models)
    facts = artefact_facts(loaded, list(map(str, models)), None, "logits")
    facts["started_from"] = loaded.metadata[0].get("started_from")
    folder = workshop / SAVED_MODEL
    module = ServingModule(loaded.ensemble, loaded.image_size)
    saved_model.write_saved_model(module, folder, facts)
    gate = _held_against_keras(loaded, folder)
    checksums.record(folder)
    return Packed(folder, facts, gate)


def write_pyfunc(packed: Packed, folder: Path) -> None:
    """Writes the folder that `mlflow.pyfunc.load_model` loads."""
    with warnings.catch_warnings():
        # It wants an example of what it is given; the signature says it.
        warnings.simplefilter("ignore", UserWarning)
        _save(packed, folder)


def _save(packed: Packed, folder: Path) -> None:
    import mlflow
    import PIL
    import tensorflow as tf
    from mlflow.models import ModelSignature
    from mlflow.types import Schema
    from mlflow.types import TensorSpec

    from tf_advseg.model_registry import served_model

    # Objects, the only kind that MLflow lets through in any shape: one image,
    # several, and files.
    images = Schema([TensorSpec(np.dtype(object), (-1,))])
    maps = Schema(
        [
            TensorSpec(
                np.dtype(np.uint8), (-1, -1, -1), served_model.CLASS_MAP
            ),
            TensorSpec(
                np.dtype(np.float32), (-1, -1, -1), served_model.CONFIDENCE
            ),
        ]
    )
    mlflow.pyfunc.save_model(
        folder,
        python_model=served_model.__file__,
        artifacts={
            served_model.ARTEFACT: str(packed.folder),
            served_model.CHECKSUMS: str(checksums.checksum_file(packed.folder)),
        },
        signature=ModelSignature(images, maps),
        pip_requirements=[
            f"mlflow=={mlflow.__version__}",
            f"numpy=={np.__version__}",
            f"pillow=={PIL.__version__}",
            f"tensorflow=={tf.__version__}",
        ],
        metadata={
            "classes": packed.facts["classes"],
            "palette": packed.facts["palette"],
        },
    )


def _exported(folder: Path, ungated: bool) -> Packed:
    gate = "passed"
    try:
        check_passed(folder)
    except DataError as error:
        if not ungated:
            raise
        gate = f"not passed: {error}"
    facts = read_object(
        folder / saved_model.METADATA_FILE,
        "The SavedModel's facts",
        "export the model again",
    )
    if not checksums.check(folder):
        raise DataError(
            f"The SavedModel {str(folder)!r} has no "
            f"{checksums.checksum_file(folder).name} beside it, so nobody "
            "knows whether it is as it was written; export it again."
        )
    return Packed(folder, facts, gate)


def _held_against_keras(loaded: LoadedEnsemble, folder: Path) -> str:
    """Refuses a SavedModel that sees a drawn image otherwise than Keras."""
    height, width = size = loaded.image_size or (64, 128)
    cells = np.random.default_rng(0).integers(0, 256, (8, 16, 3), np.uint8)
    rows, columns = -(-height // 8), -(-width // 16)
    image = cells.repeat(rows, 0).repeat(columns, 1)[:height, :width]
    classes = loaded.ensemble.predict_classes(image[np.newaxis], size)
    same = saved_model.SavedModelRuntime(folder).classes(image)
    agreement = float(np.mean(classes[0].numpy() == same))
    if agreement < _LEAST_AGREEMENT:
        raise DataError(
            f"The SavedModel that was made agrees with Keras on "
            f"{agreement:.2%} of the pixels of a drawn image only, so nothing "
            "was registered; `tf_advseg export` says more."
        )
    return f"not run; {agreement:.3%} of a drawn image's pixels as Keras"
