"""Where a model comes from: data, settings, version, parents, and exports.

Read from the model's own file, so that a copy alone still knows its parents,
and from the run's folder around it, if there is one.
"""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tf_advseg.base.files import checksums
from tf_advseg.base.files.json_file import parse_object
from tf_advseg.base.files.json_file import read_object
from tf_advseg.base.files.zip_member import BadZip
from tf_advseg.base.files.zip_member import read_member
from tf_advseg.runs.overview.facts import MODELS
from tf_advseg.runs.overview.facts import data_ids
from tf_advseg.runs.overview.facts import read_facts
from tf_advseg.runs.recorded_settings import CONFIG_FILE

AS_WRITTEN, UNKNOWN, CHANGED = "as written", "not recorded", "CHANGED"
_METADATA = "tf_advseg.json"
_TOLD = (
    "method",
    "step",
    "backbone",
    "decoder",
    "source",
    "target",
    "target_labels",
    "weights_licence",
    "chosen_by",
    "chosen_from",
    "tf_advseg_version",
)
_ARTEFACTS = ("saved_model*", "*.tflite", "*.onnx")


def lineage(path: str | Path) -> dict[str, Any]:
    """Returns what is known of a model, or of the models of a run.

    Args:
        path: A `.keras` file, or the folder of a run.

    Raises:
        ValueError: If it is neither.
    """
    path = Path(path)
    if path.is_dir():
        files = [path / name for name in (*MODELS, "start.keras")]
        files += sorted(path.glob("teacher_*.keras"))
        files = [file for file in files if file.is_file()]
        run = path
    else:
        files, run = [path], path.parent
    has_run = (run / CONFIG_FILE).is_file()
    if not path.exists() or (path.is_dir() and not has_run):
        raise ValueError(
            f"{str(path)!r} is neither a .keras file nor the folder of a "
            "training run."
        )
    return {
        "models": [_model(file) for file in files],
        "run": _run(run) if has_run else None,
        "exports": _exports(run) if has_run else [],
    }


def changed(found: Mapping[str, Any]) -> bool:
    """Whether a file is not what was written."""
    files = [*found["models"], *found["exports"]]
    return any(file["file_is"].startswith(CHANGED) for file in files)


def _model(file: Path) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    problem = ""
    try:
        facts = parse_object(read_member(file, _METADATA))
    except (BadZip, KeyError, ValueError, OSError) as error:
        problem = f"cannot be read: {error}"
    return {
        "file": str(file),
        "sha256": checksums.file_sha256(file),
        "file_is": _state(file),
        "problem": problem,
        **{name: facts[name] for name in _TOLD if name in facts},
        "data": data_ids(facts.get("data")),
        "parents": _parents(facts),
        "teachers": _teachers(facts),
    }


def _parents(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The model that it started from, the one before that, and so on."""
    parents = []
    while isinstance(facts := facts.get("started_from") or {}, dict) and facts:
        parents.append({k: v for k, v in facts.items() if k != "started_from"})
    return parents


def _teachers(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The models that it learned from."""
    found = facts.get("taught_by")
    found = found if isinstance(found, list) else []
    return [one for one in found if isinstance(one, dict)]


def _run(run: Path) -> dict[str, Any]:
    facts = read_facts(run)
    environment = facts.environment
    return {
        **facts.to_dict(),
        "config": str(run / CONFIG_FILE),
        "start": facts.settings.get("start") or None,
        "teacher": facts.settings.get("teacher") or None,
        "version": environment.get("tf_advseg"),
        "commit": environment.get("commit"),
        "command": environment.get("command"),
    }


def _exports(run: Path) -> list[dict[str, Any]]:
    """Artefacts of the run's exports, with the gate's verdict on each."""
    folders = [run / "export"]
    with contextlib.suppress(ValueError):  # Then only the usual place.
        note = _object(run / "exported_to.json")
        folders.append(Path(str(note.get("folder", folders[0]))))
    found = []
    for folder in dict.fromkeys(f.resolve() for f in folders if f.is_dir()):
        verdicts = _verdicts(folder / "gate.json")
        paths = [p for glob in _ARTEFACTS for p in folder.glob(glob)]
        for path in sorted(paths):
            if path.suffix == checksums.SUFFIX:
                continue
            found.append(
                {
                    "file": str(path),
                    "file_is": _state(path),
                    "gate": verdicts.get(path.name, "not looked at"),
                    "made_of": _made_of(path),
                }
            )
    return found


def _verdicts(gate: Path) -> dict[str, str]:
    """What the gate said of each artefact, in words."""
    artefacts, verdicts = None, {}
    with contextlib.suppress(ValueError):  # As if it had not looked.
        artefacts = _object(gate).get("artefacts")
    for one in artefacts if isinstance(artefacts, list) else []:
        if not isinstance(one, dict) or not one.get("kept"):
            continue
        agreement = one.get("agreement")
        words = "passed" if one.get("passed") else "refused, an older one lies"
        if isinstance(agreement, int | float):
            words += f", {agreement:.3f} % of pixels as Keras"
        verdicts[str(one.get("name"))] = words
    return verdicts


def _made_of(artefact: Path) -> list[str]:
    """SHA-256 of the Keras models that an artefact was made of."""
    try:
        if artefact.is_dir():
            facts = _object(artefact / "assets.extra" / _METADATA)
        else:
            facts = parse_object(read_member(artefact, _METADATA))
        models = facts.get("models")
    except (ValueError, KeyError, OSError):
        return []
    models = models if isinstance(models, list) else []
    return [
        str(m["sha256"])
        for m in models
        if isinstance(m, dict) and "sha256" in m
    ]


def _state(model: Path) -> str:
    try:
        return AS_WRITTEN if checksums.check(model) else UNKNOWN
    except ValueError as error:
        return f"{CHANGED}: {error}"


def _object(file: Path) -> dict[str, Any]:
    return read_object(file, "The file", "") if file.is_file() else {}
