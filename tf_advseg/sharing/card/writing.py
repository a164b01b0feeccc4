"""Writes an export's card, README.md, by the template beside this file."""

import functools
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2

from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.runs.overview.facts import iou
from tf_advseg.runs.overview.facts import miou
from tf_advseg.runs.overview.words import percent
from tf_advseg.sharing.card import words
from tf_advseg.sharing.card.facts import CardFacts
from tf_advseg.sharing.card.facts import Model
from tf_advseg.sharing.card.facts import gather
from tf_advseg.sharing.card.front_matter import LIBRARY
from tf_advseg.sharing.card.front_matter import front_matter

CARD_FILE, OTHER_FILE = "README.md", "model_card.md"
ORACLE_METHOD = "target_oracle"


def write_card(
    out: Path,
    exported: Mapping[str, Any],
    model_paths: Sequence[str],
    new: Sequence[str],
    gate: Mapping[str, Any],
    calibration: tuple[str, int],
    licence: str = "",
) -> Path:
    """Writes the card into the export's folder; returns its path.

    Args:
        out, exported, model_paths, new, gate, calibration, licence: See
            `facts.gather`.
    """
    facts = gather(out, exported, model_paths, new, gate, calibration, licence)
    # Somebody's own README.md stays.
    is_free = _is_card(out / CARD_FILE) or not (out / CARD_FILE).exists()
    path = out / (CARD_FILE if is_free else OTHER_FILE)
    write_text(path, card(facts))
    return path


def forget_card(out: Path) -> None:
    """Removes the card of an export that will be replaced."""
    for path in (out / CARD_FILE, out / OTHER_FILE):
        if _is_card(path):
            path.unlink()


def _is_card(path: Path) -> bool:
    """Whether a file is a card that was written here."""
    if not path.is_file():
        return False
    with open(path, encoding="utf-8", errors="replace") as file:
        head = [file.readline() for _ in range(3)]
    return head[0] == "---\n" and head[2] == f"library_name: {LIBRARY}\n"


def card(facts: CardFacts) -> str:
    """Returns the card's text."""
    classes = [words.plain(name) for name in facts.exported["classes"]]
    name = f"tf_advseg-{facts.exported.get('class_set') or 'model'}"
    return (
        _template().render(
            facts=facts,
            exported=facts.exported,
            classes=classes,
            head=front_matter(facts, name),
            name=words.plain(name),
            tflite=_first(facts, ".tflite"),
            saved_model=_first(facts, "", "saved_model"),
            labels_of_target=_labels_of_target,
            choice=_choice,
            miou=miou,
            never_right=never_right(facts),
        )
        + "\n"
    )


def never_right(facts: CardFacts) -> list[str]:
    """Classes of which no labelled pixel was found, where that is known."""
    return sorted(
        {
            name
            for model in facts.models
            for name, value in iou(model.evaluation).items()
            if value == 0
        }
    )


def _labels_of_target(model: Model) -> str:
    """Whether training saw labels of the target, in words."""
    if str(model.told.get("method")).startswith(ORACLE_METHOD):
        return f"with its labels too ({ORACLE_METHOD})"
    if model.run is None or not model.run.settings:
        return "whether with labels of it is unknown"
    if labels := model.settings.get("target_labels"):
        return f"with some labels of it ({labels})"
    return "without labels of it"


def _choice(model: Model) -> str:
    """What the choice of a snapshot means for the figures."""
    chosen_by = model.told.get("chosen_by")
    if not chosen_by:
        return "Whether labels of the target had a say in it is unknown."
    if "mIoU" in str(chosen_by):
        return "It used labels of the target: figures on that split flatter it."
    return (
        "No label of the target had a say in it, so it need not be the best of "
        "them."
    )


def _first(facts: CardFacts, suffix: str, prefix: str = "") -> str:
    """The smallest new artefact of a kind; empty if there is none."""
    found = [
        each
        for each in facts.artefacts
        if each.is_new
        and each.name.endswith(suffix)
        and each.name.startswith(prefix)
    ]
    return min(found, key=lambda each: each.megabytes).name if found else ""


@functools.cache
def _template() -> jinja2.Template:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("tf_advseg.sharing.card", ""),
        # Not HTML: `finalize` takes the markup of Markdown out of all values.
        autoescape=False,
        finalize=_text,
        # What nobody recorded is "unknown", wherever it would stand.
        undefined=jinja2.ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        code=lambda value: _Markdown(words.code(value)),
        number=words.number,
        percent=_percent,
        with_interval=words.with_interval,
        as_it_is=_Markdown,
    )
    return made.get_template("card.md")


def _percent(fraction: Any) -> str:
    return percent(fraction if isinstance(fraction, float) else None)


class _Markdown(str):
    """What is Markdown already."""


def _text(value: Any) -> str:
    return value if isinstance(value, _Markdown) else words.words(value)
