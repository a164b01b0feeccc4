"""Makes the model that comes with the package, `tf_advseg/starter/streets`.

    python -m benchmarks.starter_model                     # 25 min, two cores
    python -m benchmarks.starter_model --run=RUN --beside=OTHER_RUN

trains AdvEnt on the embedded streets with the default settings, as `make demo`
does, or takes a finished run of them; exports the model that was chosen
without labels of the target to 8 bits, through the gate with all images of
`val`; and writes file, checksum, gate's table, card, classes and licence.
`--beside` puts the label-free scores of another run's choice into the card.
Nothing is replaced unless all of it was made.
"""

import argparse
import dataclasses
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tf_advseg import starter
from tf_advseg.base.files import checksums
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.export.edge.artefact import read_artefact
from tf_advseg.runs.recorded_settings import decisive_settings
from tf_advseg.settings.parts.samples import AUTO
from tf_advseg.settings.train import TrainSettings
from tf_advseg.sharing.card.writing import write_card

ROOT = Path(__file__).parent.parent
TRAIN = "train --method=advent --compare=none --report=false"
EXPORT = "export --formats=tflite_int8 --gate_images=100"
CALIBRATION = "target", 100
LICENCE = "apache-2.0"
MOST_BYTES = 6_000_000


def main() -> None:
    """Trains unless a run is given, exports, writes the folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", help="A finished run, instead of training.")
    parser.add_argument("--beside", help="A run of another method.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        run = Path(given.run or Path(work) / "run")
        if not given.run:
            tf_advseg(f"{TRAIN} --run={run}")
        check_defaults(run)
        export = Path(work) / "export"
        tf_advseg(f"{EXPORT} --run={run} --out={export}")
        made = Path(work) / starter.NAME
        write_folder(made, export, run, given.beside and Path(given.beside))
        shutil.rmtree(starter.FILE.parent, ignore_errors=True)
        shutil.copytree(made, starter.FILE.parent)
    print(f"Written: {starter.FILE.parent}")


def tf_advseg(words: str) -> None:
    """Runs a command; its failure is this one's."""
    command = [sys.executable, "-m", "tf_advseg", *words.split()]
    subprocess.run(command, check=True)


def check_defaults(run: Path) -> None:
    """Raises `ValueError` if a run's weights are not those of `TRAIN`."""
    wanted = decisive_settings(dataclasses.asdict(TrainSettings()))
    found = decisive_settings(json.loads((run / "config.json").read_text()))
    wrong = [
        f"{name}={found.get(name)}"
        for name, value in wanted.items()
        if value not in (found.get(name), AUTO)
    ]
    if wrong or found["method"] != "advent":
        raise ValueError(
            f"The run {run} is not `tf_advseg {TRAIN}`: it has "
            f"{', '.join(wrong) or found['method']}."
        )


def write_folder(
    folder: Path, export: Path, run: Path, beside: Path | None
) -> None:
    """Writes all that the package ships.

    Args:
        folder: To make.
        export: Of the model; what the gate refused is not there.
        run: That it is from.
        beside: A run of another method, for its scores.
    """
    folder.mkdir()
    name = starter.FILE.name
    if (export / name).stat().st_size > MOST_BYTES:
        raise ValueError(f"{export / name} has more than {MOST_BYTES} bytes.")
    for file in (name, name + checksums.SUFFIX, "gate.md"):
        shutil.copy(export / file, folder)
    shutil.copy(ROOT / "LICENSE", folder)
    facts = read_artefact(folder / name).metadata
    write_text(folder / "classes.yaml", classes_text(facts))
    gate = json.loads((export / "gate.json").read_text())
    card = write_card(
        folder, facts, [str(run)], [name], gate, CALIBRATION, LICENCE
    )
    write_text(card, card.read_text() + made_text(run, beside))


def classes_text(facts: Mapping[str, Any]) -> str:
    """The model's classes as a class map, by id and by colour."""
    rows = zip(facts["classes"], facts["palette"], strict=True)
    classes = [
        {"name": name, "id": index, "color": colour}
        for index, (name, colour) in enumerate(rows)
    ]
    content = {"name": facts["class_set"], "classes": classes}
    return yaml.safe_dump(content, sort_keys=False, default_flow_style=None)


def made_text(run: Path, beside: Path | None) -> str:
    """The card's end: how it was made, and why so."""
    return f"""
## How this file was made

By `python -m benchmarks.starter_model`:

    tf_advseg {TRAIN}
    tf_advseg {EXPORT}

the former at commit {commit_of(run)}.

It learned from drawings, and the target domain is drawn, too: it is there so
that every command has a model at once. On photographs it was not measured, and
poor maps are to be expected.

The weights of the backbone began as those of EfficientNet-Lite0 on ImageNet,
whose package says Apache-2.0; the images of ImageNet have terms of their own
(research, not for commerce); whether they bind weights, others must say.

The method is that of `make demo`, and the snapshot the one that the run chose
(`selection.json`): no label of the target had a say.
{scores_table(run, beside) if beside else ""}"""


def commit_of(run: Path) -> str:
    """The commit that trained a run, if it or its maker recorded one."""
    facts = json.loads((run / "environment.json").read_text())
    if facts.get("commit"):
        return facts["commit"]
    lives = run.with_name(run.name + ".lives.json")
    if lives.is_file():  # benchmarks/adaptation/lives.py
        return json.loads(lives.read_text())[0]["code"]
    return "unknown"


def scores_table(run: Path, beside: Path) -> str:
    """The label-free scores of two runs' choices, side by side."""
    ours, others = chosen_scores(run), chosen_scores(beside)
    titles = [
        json.loads((path / "config.json").read_text())["method"]
        for path in (run, beside)
    ]
    rows = [
        f"| {name} | {ours[name]:.3f} | {others[name]:.3f} |" for name in ours
    ]
    return (
        "\nLabel-free scores of the chosen snapshots (docs/selection.md; of "
        "entropy and\nclass_share_distance less is better, of the others "
        f"more):\n\n| score | `{titles[0]}` | `{titles[1]}` |\n"
        "| --- | --- | --- |\n" + "\n".join(rows) + "\n"
    )


def chosen_scores(run: Path) -> dict[str, float]:
    """What `selection.json` says of the snapshot that it names."""
    record = json.loads((run / "selection.json").read_text())
    return next(
        one["scores"]
        for one in record["candidates"]
        if one["file"] == record["chosen"]
    )


if __name__ == "__main__":
    main()
