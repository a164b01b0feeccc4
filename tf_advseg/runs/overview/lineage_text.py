"""A lineage as lines for a terminal."""

from collections.abc import Mapping
from typing import Any

from tf_advseg.runs.overview.words import shown

_MOST = 300


def lineage_text(found: Mapping[str, Any]) -> str:
    """Returns what `lineage.lineage` found, as text."""
    lines = []
    for model in found["models"]:
        lines += [shown(model["file"], _MOST), *_model(model)]
    run = found["run"]
    if run:
        lines += [shown(run["run"], _MOST), *_run(run)]
    hashes = {model["sha256"]: model["file"] for model in found["models"]}
    for artefact in found["exports"]:
        lines.append(shown(artefact["file"], _MOST))
        lines += _line("file", artefact["file_is"])
        lines += _line("gate", artefact["gate"])
        if artefact["made_of"]:
            names = [
                hashes.get(digest, f"another model, {digest[:12]}")
                for digest in artefact["made_of"]
            ]
            lines += _line("made of", " + ".join(names))
    return "\n".join(lines)


def _model(model: Mapping[str, Any]) -> list[str]:
    if model["problem"]:
        return [
            *_line("sha256", model["sha256"]),
            *_line("file", model["file_is"]),
            *_line("metadata", model["problem"]),
        ]
    made = [_method(model), f"step {model.get('step')}"]
    if model.get("chosen_by"):
        made.append(f"chosen by {model['chosen_by']}")
    return [
        *_line("sha256", model["sha256"]),
        *_line("file", model["file_is"]),
        *_line("made by", ", ".join(made)),
        *_line("network", f"{model.get('backbone')}, {model.get('decoder')}"),
        *_line("weights", model.get("weights_licence")),
        *_line("package", f"tf_advseg {model.get('tf_advseg_version')}"),
        *_line("data", _ids(model["data"])),
        *(
            line
            for p in model["parents"]
            for line in _line("parent", _parent(p))
        ),
        *(
            line
            for p in model["teachers"]
            for line in _line("teacher", _parent(p))
        ),
    ]


def _run(run: Mapping[str, Any]) -> list[str]:
    package = f"tf_advseg {run['version']}"
    if run["commit"]:
        package += f", commit {run['commit']}"
    command = run["command"]
    if isinstance(command, list):
        command = " ".join(map(str, command))
    return [
        *_line("state", f"{run['state']}, step {run['step']}/{run['steps']}"),
        *_line("settings", run["config"]),
        *_line("domains", f"{run['source']} to {run['target']}"),
        *_line("labels of", run["target_labels"]),
        *_line("data", _ids(run["data"])),
        *_line("package", package),
        *_line("command", command),
        *_line("start", run["start"]),
        *_line("teacher", run["teacher"]),
        *(line for text in run["problems"] for line in _line("problem", text)),
    ]


def _parent(facts: Mapping[str, Any]) -> str:
    what = f"{_method(facts)}, step {facts.get('step')}"
    domains = f"{facts.get('source')} to {facts.get('target')}"
    if facts.get("target_labels"):
        domains += f" with labels of {facts['target_labels']}"
    return f"{facts.get('path')}: {what}, {domains}"


def _method(facts: Mapping[str, Any]) -> str:
    """Without its options, which may be a weight for each class."""
    return str(facts.get("method")).partition("(")[0]


def _ids(data: Mapping[str, str]) -> str:
    found = ", ".join(f"{role} {data_id}" for role, data_id in data.items())
    return found or "not recorded"


def _line(title: str, value: Any) -> list[str]:
    return [f"  {title:<9} {shown(value, _MOST)}"] if value else []
