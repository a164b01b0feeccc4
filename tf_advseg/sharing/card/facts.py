"""What a card can say: read from the export, its gate, and the models' runs.

All of it was recorded by somebody. What was not is None, or empty, and the
card says that it is unknown.
"""

import contextlib
import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tf_advseg.base.files import checksums
from tf_advseg.base.files.json_file import read_object
from tf_advseg.experiment import registry
from tf_advseg.export.artefacts.facts import run_folder_of
from tf_advseg.export.edge.bundle import FILE_NAME as EDGE_RUNNER
from tf_advseg.networks.model_file import BEST_FILE
from tf_advseg.networks.model_file import segmenter_file
from tf_advseg.runs import data as run_data
from tf_advseg.runs.overview.facts import RunFacts
from tf_advseg.runs.overview.facts import read_facts
from tf_advseg.runs.overview.lineage import lineage
from tf_advseg.settings.train import TrainSettings

ARTEFACTS = ("saved_model*", "*.tflite", "*.onnx")


@dataclasses.dataclass(frozen=True)
class Artefact:
    """One file or folder of the export.

    Attributes:
        name: In the export's folder.
        megabytes: On the disk, 10^6 bytes.
        is_new: Whether this export wrote it; else it was there before.
        gate: What the gate said of it; empty if it was not looked at.
    """

    name: str
    megabytes: float
    is_new: bool
    gate: Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Model:
    """One Keras model that the export was made of.

    Attributes:
        file: Its name.
        told: What `runs.overview.lineage` finds in it: sha256, method, step,
            backbone, decoder, parents, ...
        run: What its run's folder says; None: it was in none.
        evaluation: Of this model on labels, at the end of its run, or empty.
        alarms: What was not healthy; None: not recorded.
        settings: Those of its run that are not the default.
    """

    file: str
    told: Mapping[str, Any]
    run: RunFacts | None
    evaluation: dict[str, Any]
    alarms: Sequence[Mapping[str, Any]] | None
    settings: Mapping[str, Any]

    @property
    def weights(self) -> str | None:
        """What its backbone began with; None: not recorded."""
        if self.run is None or self.told.get("parents"):
            return None
        return self.run.settings.get("weights")

    @property
    def weights_licence(self) -> str:
        """What is stated of the weights; empty: unknown.

        Models say it themselves; of older ones, the package of the weights.
        """
        if self.told.get("weights_licence"):
            return str(self.told["weights_licence"])
        if self.run is None or self.weights != "imagenet":
            return ""
        name = str(self.run.settings.get("backbone")).partition("(")[0]
        backbone = registry.backbone_classes().get(name)
        return getattr(getattr(backbone, "imagenet", None), "licence", "")


@dataclasses.dataclass(frozen=True)
class CardFacts:
    """All that a card is made of.

    Attributes:
        exported: What the artefacts say of themselves: classes, palette, data.
        artefacts: What lies in the folder.
        models: What they were made of; several are an ensemble.
        data: Role, name, split, id, number of images, licence; one a row.
        gate: What the gate found; empty if it was not asked.
        calibration: Domain that 8 bits were calibrated on, and at most how
            many images; None if there are no 8 bits.
        licence: Of the exported model, as its owner says, or "unknown".
        has_runner: Whether the edge runner lies there.
    """

    exported: Mapping[str, Any]
    artefacts: Sequence[Artefact]
    models: Sequence[Model]
    data: Sequence[Mapping[str, Any]]
    gate: Mapping[str, Any]
    calibration: tuple[str, int] | None
    licence: str
    has_runner: bool


def gather(
    out: Path,
    exported: Mapping[str, Any],
    model_paths: Sequence[str],
    new: Sequence[str],
    gate: Mapping[str, Any],
    calibration: tuple[str, int],
    licence: str,
) -> CardFacts:
    """Reads what is known of an export.

    Args:
        out: Its folder.
        exported: What its artefacts say of themselves.
        model_paths: The `.keras` files, or runs, that it was made of.
        new: Names of the artefacts that it wrote.
        gate: What `gate.json` holds of them; empty without a gate.
        calibration: Domain and most images that 8 bits were calibrated on.
        licence: Of the model; may be empty.
    """
    artefacts = [
        _artefact(path, new, gate)
        for pattern in ARTEFACTS
        for path in sorted(out.glob(pattern))
        if path.suffix != checksums.SUFFIX
    ]
    in_8_bits = any("int8" in each.name for each in artefacts if each.is_new)
    return CardFacts(
        exported=exported,
        artefacts=artefacts,
        models=[_model(path) for path in model_paths],
        data=list(_data(exported.get("data"), model_paths)),
        gate=gate,
        calibration=calibration if in_8_bits else None,
        licence=licence or "unknown",
        has_runner=(out / EDGE_RUNNER).is_file(),
    )


def _artefact(path: Path, new: Sequence[str], gate: Mapping) -> Artefact:
    files = [path] if path.is_file() else path.rglob("*")
    num_bytes = sum(file.stat().st_size for file in files if file.is_file())
    is_new = path.name in new
    findings = gate.get("artefacts") if is_new else None
    return Artefact(
        name=path.name,
        megabytes=num_bytes / 1e6,
        is_new=is_new,
        gate=next(
            (
                one
                for one in findings or []
                if one.get("name") == path.name and one.get("kept")
            ),
            {},
        ),
    )


def _model(path: str) -> Model:
    file = segmenter_file(path)
    folder = run_folder_of(file)
    run = read_facts(folder) if folder else None
    alarms, evaluation = None, {}
    if run is not None and file.parent == run.path:
        found = run.chosen if file.name == BEST_FILE else run.last
        evaluation = {k: v for k, v in found.items() if k != "confusion"}
    if folder and (folder / "alarms.json").is_file():
        found = _object(folder / "alarms.json").get("alarms")
        alarms = found if isinstance(found, list) else None
    return Model(
        file=file.name,
        told=lineage(file)["models"][0],
        run=run,
        evaluation=evaluation,
        alarms=alarms,
        settings=_changed(run.settings) if run else {},
    )


def _changed(settings: Mapping[str, Any]) -> dict[str, Any]:
    fields = {f.name: f for f in dataclasses.fields(TrainSettings)}
    return {
        name: value
        for name, value in settings.items()
        if name in fields
        and fields[name].metadata["decides"] != "place"
        and value != fields[name].default
    }


def _data(recorded: Any, model_paths: Sequence[str]):
    """Rows on the data by role, with what its manifest says of its terms."""
    folder = run_folder_of(model_paths[0])
    for role in run_data.ROLES:
        facts = recorded.get(role) if isinstance(recorded, dict) else None
        if not isinstance(facts, dict):
            continue
        several = facts.get("domains")
        for one in several if isinstance(several, list) else [facts]:
            if isinstance(one, dict):
                yield {"role": role, **_terms(one, folder)}


def _terms(facts: Mapping[str, Any], folder: Path | None) -> dict[str, Any]:
    """What is recorded of a domain, with what its manifest says."""
    manifest = None
    with contextlib.suppress(ValueError, OSError):
        manifest = run_data.find_manifest(str(facts.get("id")), folder)
    about = manifest.about if manifest else {}
    return {
        **facts,
        "licence": about.get("licence"),
        "url": about.get("url"),
        "is_drawn": bool(manifest and manifest.recipe),
    }


def _object(file: Path) -> dict[str, Any]:
    return read_object(file, "The file", "export again")
