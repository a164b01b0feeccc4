"""Figures of finished runs, kept from one day, and machine, to another.

Runs take hours, and their folders are not kept for ever. A file a pair holds

    settings    by an id: what decides the weights, but for the method's own
                flags and the seed
    runs        by the method's name, then by the seed: see `figures_of`

a run a line, so that tables can be written again and what is recorded need
not be made again. Paths of this machine are no part of it.
"""

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import filelock

from benchmarks.adaptation import lives
from benchmarks.adaptation.plan import Experiment
from benchmarks.adaptation.plan import Places
from benchmarks.adaptation.plan import portable
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.runs.folder import RunFolder
from tf_advseg.runs.recorded_settings import CONFIG_FILE
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.parts.samples import AUTO
from tf_advseg.settings.parts.training.adversary import AdversarySettings
from tf_advseg.settings.train import TrainSettings

FOLDER = Path(__file__).parents[1] / "recorded" / "adaptation"

ABSENT = {**vars(TrainSettings()), **PLAIN}
"""What stands for a setting that a record is too old to have."""

FITTED = ("source_size", "target_size", "crop")
"""Settings that a run replaces by what its images are."""

Figures = dict[str, Any]
Settings = Mapping[str, Any]
Runs = dict[str, dict[int, Figures]]
"""By the method's name, then by the seed."""


class Record:
    """The file of one pair.

    Attributes:
        settings: By id.
        runs: By method and seed.
    """

    def __init__(self, path: Path):
        self.path = path
        self.settings: dict[str, Settings] = {}
        self.runs: Runs = {}
        if path.exists():
            found = json.loads(path.read_text(encoding="utf-8"))
            self.settings = found["settings"]
            self.runs = {
                name: {int(seed): figures for seed, figures in seeds.items()}
                for name, seeds in found["runs"].items()
            }

    def add(self, run: Experiment, figures: Figures, settings: Settings):
        """Takes a run's figures in, and writes the file."""
        own = {name: settings[name] for name in run.flags if name in settings}
        common = {
            name: value
            for name, value in sorted(settings.items())
            if name not in own and name != "seed"
        }
        key = _id(common)
        self.settings[key] = common
        self.runs.setdefault(run.name, {})[run.seed] = {
            "settings": key,
            "own": own,
            **figures,
        }
        write_text(self.path, self._text())

    def settings_of(self, name: str, seed: int) -> Settings | None:
        """What decided a run's weights; None if it is not recorded."""
        figures = self.runs.get(name, {}).get(seed)
        if figures is None:
            return None
        common = self.settings[figures["settings"]]
        return {**common, **figures["own"], "seed": seed}

    def _text(self) -> str:
        used = {f["settings"] for by in self.runs.values() for f in by.values()}
        settings = {key: self.settings[key] for key in sorted(used)}
        methods = []
        for name, seeds in sorted(self.runs.items()):
            lines = [
                f'"{seed}": {json.dumps(figures)}'
                for seed, figures in sorted(seeds.items())
            ]
            methods.append(_block(name, lines))
        whole = f'"settings": {json.dumps(settings, indent=1)}'
        return f"{{\n{whole},\n{_block('runs', methods)}\n}}\n"


def _block(name: str, entries: Sequence[str]) -> str:
    """A JSON object in an object, an entry a line."""
    inside = ",\n".join(entries)
    return f"{json.dumps(name)}: {{\n{inside}\n}}"


def record_file(recorded: Path, pair: str, ablation: bool = False) -> Path:
    """Where a pair's runs are recorded."""
    return recorded / f"{'ablation-' if ablation else ''}{pair}.json"


def add(path: Path, run: Experiment, places: Places) -> Figures:
    """Records a finished run; other threads and processes may do so too."""
    folder = run.folder(places.runs)
    settings, figures = settings_of(folder, places), figures_of(folder)
    assert settings is not None  # It is finished.
    with filelock.FileLock(places.runs / "recording.lock"):
        Record(path).add(run, figures, settings)
    return figures


def figures_of(folder: Path) -> Figures:
    """What is kept of a finished run; mIoUs and IoUs are fractions (0-1)."""
    run = RunFolder(folder)
    selection = _read(folder / "selection.json")
    environment = _read(folder / "environment.json")
    data = _read(folder / "data.json")
    return {
        "last": _worth(run.metrics_json),
        "chosen": {
            **_worth(run.metrics_best_json),
            "file": selection["chosen"],
        },
        "candidates": [
            {
                name: _rounded(one[name])
                for name in ("file", "step", "weights", "miou", "scores")
            }
            for one in selection["candidates"]
        ],
        "made": datetime.date.today().isoformat(),
        **lives.figures(lives.read(folder)),
        "tf_advseg": environment["tf_advseg"],
        "tensorflow": environment["tensorflow"],
        "processor": lives.processor(),
        "data": {
            role: found["id"]
            for role, found in data.items()
            if isinstance(found, dict)
        },
    }


def is_finished(folder: Path, chosen_only: bool = False) -> bool:
    """Whether a run ended and its chosen weights, or all its candidates, are
    measured."""
    run, selection = RunFolder(folder), folder / "selection.json"
    files = (run.metrics_json, run.metrics_best_json, selection)
    if not all(file.exists() for file in files):
        return False
    return chosen_only or all(
        one["miou"] is not None for one in _read(selection)["candidates"]
    )


def settings_of(folder: Path, places: Places) -> Settings | None:
    """What decides the weights of a run on the disk; None without one."""
    file = folder / CONFIG_FILE
    return portable(_read(file), places) if file.exists() else None


def differences(then: Settings, now: Settings) -> dict[str, tuple[Any, Any]]:
    """What two runs have otherwise: (then, now), by the setting's name.

    A setting that is younger than the first had the value that stands for its
    absence. Some say nothing of a method (`_idle`). Sizes that are to follow
    the images are, in a run's record, what they were.
    """
    then = {**ABSENT, **then}
    names = (now.keys() & ABSENT.keys()) - _idle(now)
    return {
        name: (then[name], now[name])
        for name in sorted(names)
        if then[name] != now[name]
        and not (name in FITTED and now[name] == AUTO)
    }


def _idle(settings: Settings) -> set[str]:
    """The settings that do nothing to a run's method: the adversary's, where no
    target image is seen; what scales weights that are not scaled."""
    from tf_advseg.experiment import registry

    name = str(settings.get("method", "")).partition("(")[0]
    known = registry.method_classes().get(name)
    if known is None:
        return set()
    if not known.uses_target:
        return {field.name for field in dataclasses.fields(AdversarySettings)}
    return set() if known.scales_target_weights else {"target_weight_scale"}


def unlike(settings: Settings, main: Settings, own: set[str]) -> Settings:
    """Settings that are no method's own and not those of most runs.

    What one of both lacks, since it is older or its method's own, has the
    value that stands for its absence. What does nothing to it is left out.
    """
    then, now = {**ABSENT, **main}, {**ABSENT, **settings}
    names = (main.keys() | settings.keys()) - own - _idle(settings)
    return {
        name: now.get(name)
        for name in sorted(names)
        if now.get(name) != then.get(name)
    }


def as_flags(settings: Settings) -> list[str]:
    """Settings as a user types them, for a page."""
    return [f"`--{name}={value}`" for name, value in settings.items()]


def _worth(file: Path) -> dict[str, Any]:
    found = _read(file)
    return {name: _rounded(found[name]) for name in ("miou", "iou")}


def _rounded(value: Any) -> Any:
    """Numbers to 5 digits behind the point, in any depth."""
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return round(value, 5) if isinstance(value, float) else value


def _id(values: Settings) -> str:
    text = json.dumps(values, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))
