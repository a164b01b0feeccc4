"""Commands that are killed at random moments, and what they leave.

At death, whatever bears a final name must be whole: what was there before, or
what a life to the end writes. Then the command is given again: it must end
well, leave what that life left, and nothing of the dead.
"""

import dataclasses
import json
import shutil
import signal
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from tf_advseg.datasets.streets.classes import STREETS
from tf_advseg.export.client import read_class_table
from tf_advseg.export.serving.versions import version_numbers

DOMAIN = "streets-real(size=(32, 64), train=4, val=2)"
WEIGHTS = "weights.safetensors"
_OLD = b"old"


@dataclasses.dataclass(frozen=True)
class Case:
    """A command and what it promises.

    Attributes:
        name: Of the command.
        arguments: Its words, of the folder that it writes into.
        faults: What is not whole in that folder; of it and of the folder that
            a life to its end has left.
        begin: Puts into that folder what is to be replaced.
    """

    name: str
    arguments: Callable[[Path], list[str]]
    faults: Callable[[Path, Path], list[str]]
    begin: Callable[[Path], None] = lambda out: None


def make_cases(inputs: Path) -> list[Case]:
    """The commands but for training, on inputs that are made here."""
    model, photos = inputs / "small.keras", inputs / "photos"
    exported = inputs / "exported" / "saved_model"
    return [
        Case(
            "export",
            lambda out: [
                "export",
                f"--model={model}",
                f"--target={DOMAIN}",
                "--formats=saved_model",
                "--nogate",
                f"--out={out}",
            ],
            _export_faults,
            _old_export,
        ),
        Case(
            "publish",
            lambda out: [
                "publish",
                f"--saved_model={exported}",
                "--ungated",
                "--nowarmup",
                f"--out={out}",
            ],
            _publish_faults,
        ),
        Case(
            "predict",
            lambda out: [
                "predict",
                f"--model={model}",
                f"--input={photos}",
                f"--out={out}",
            ],
            _different_files,
        ),
        Case(
            "convert",
            lambda out: [
                "convert",
                str(inputs / "large.keras"),
                f"--out={out / WEIGHTS}",
            ],
            _different_weights,
            lambda out: (out / WEIGHTS).write_bytes(_OLD),
        ),
    ]


def make_inputs(inputs: Path) -> None:
    """Two models and six photos; the SavedModel is made by `export`."""
    from benchmarks.parts.mortal_training import small_segmenter
    from tf_advseg.experiment.networks import make_segmenter
    from tf_advseg.networks.model_file import save_segmenter
    from tf_advseg.settings.train import TrainSettings

    settings = TrainSettings(
        weights="none", backbone="efficientnet_lite0", decoder="deeplab_v2"
    )
    facts = {
        "classes": list(STREETS.names),
        "palette": [list(colour) for colour in STREETS.palette],
        "class_set": STREETS.name,
        "image_size": [32, 64],
        "method": "none",
        "backbone": "efficientnet_lite0",
        "step": 0,
    }
    for name, make in (("small", small_segmenter), ("large", make_segmenter)):
        segmenter = make(settings, STREETS.num_classes)
        save_segmenter(segmenter, inputs / f"{name}.keras", facts)
    (inputs / "photos").mkdir()
    chance = np.random.default_rng(0)
    for index in range(6):
        pixels = chance.integers(0, 256, (48, 96, 3), np.uint8)
        Image.fromarray(pixels).save(inputs / f"photos/{index}.png")


def rows(
    case: Case, live: Callable[..., dict], runs: Path, moments_of: Callable
) -> Iterator[str]:
    """Lives once to the end, then dies again and again; yields table rows.

    Args:
        case: The command.
        live: Starts a life: arguments, folder and moment; says how it ended.
        runs: Where to write.
        moments_of: Draws moments, of a finished life and a signal.
    """
    whole = runs / f"{case.name}-whole"
    life = _life(case, whole, live)
    assert life["status"] == 0, f"{whole}.log"
    for number in (signal.SIGKILL, signal.SIGTERM):
        for index, moment in enumerate(moments_of(whole, life, number)):
            out = runs / f"{case.name}-{number.name}-{index}"
            end = _life(case, out, live, signal=int(number), **moment)
            at_death = case.faults(out, whole)
            if end["status"] == 143:
                at_death += _hidden(out)
            again = live(case.arguments(out), out)
            faults = case.faults(out, whole) + _hidden(out)
            faults += _missing(case, out, whole)
            if again["status"]:
                faults.append(f"status {again['status']}")
            when = ", ".join(f"{k} {v:.3g}" for k, v in moment.items())
            yield (
                f"| {case.name} | {number.name} | {when} | {end['status']} | "
                f"{', '.join(at_death) or 'whole'} | "
                f"{', '.join(faults) or 'whole'} |"
            )
            shutil.rmtree(out)


def _life(case: Case, out: Path, live, **moment) -> dict:
    out.mkdir(parents=True)
    case.begin(out)
    return live(case.arguments(out), out, **moment)


def _files(folder: Path) -> dict[str, Path]:
    """Those with final names, by their paths within a folder."""
    found = {str(p.relative_to(folder)): p for p in folder.rglob("*")}
    return {
        name: path
        for name, path in found.items()
        if path.is_file() and not any(x[0] == "." for x in Path(name).parts)
    }


def _hidden(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob(".*")]


def _missing(case: Case, out: Path, whole: Path) -> list[str]:
    if case.name == "publish":  # It may have died when its version was in.
        return []
    return sorted(_files(whole).keys() ^ _files(out).keys())


def _different_files(out: Path, whole: Path) -> list[str]:
    """Files that are neither old nor byte for byte the whole life's.

    `predictions.json` and the like are the same too.
    """
    theirs = _files(whole)
    return [
        name
        for name, path in _files(out).items()
        if (content := path.read_bytes()) != _OLD
        and (name not in theirs or content != theirs[name].read_bytes())
    ]


def _different_weights(out: Path, whole: Path) -> list[str]:
    """As `_different_files`; safetensors orders its facts as it likes."""
    ours, theirs = (_weights(folder / WEIGHTS) for folder in (out, whole))
    return [] if ours in (None, theirs) else [WEIGHTS]


def _weights(path: Path) -> tuple[dict, bytes] | None:
    """The header and all tensors of a file; None of the old one."""
    content = path.read_bytes()
    if content == _OLD:
        return None
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def _old_export(out: Path) -> None:
    (out / "saved_model").mkdir()
    (out / "saved_model" / "saved_model.pb").write_bytes(_OLD)


def _export_faults(out: Path, whole: Path) -> list[str]:
    """The SavedModel is the old one, or has all that one has."""
    folder = out / "saved_model"
    found = set(_files(folder))
    is_old = found == {"saved_model.pb"}
    if is_old and (folder / "saved_model.pb").read_bytes() == _OLD:
        return []
    return sorted(found ^ set(_files(whole / "saved_model")))


def _publish_faults(out: Path, whole: Path) -> list[str]:
    """Every version is whole, and the classes are the newest one's."""
    wanted = set(_files(whole / "models" / "tf_advseg" / "1"))
    base = out / "models" / "tf_advseg"
    faults = [
        f"version {number}"
        for number in version_numbers(base)
        if set(_files(base / str(number))) != wanted
    ]
    table = out / "tf_advseg.json"
    if table.is_file():
        json.loads(table.read_text())
        read_class_table(table)
    return faults
