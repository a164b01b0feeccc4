"""A model's card for notebooks: facts in a table, classes in their colours."""

import html
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

_FACTS = {
    "method": "Method",
    "source": "Source",
    "target": "Target",
    "backbone": "Backbone",
    "decoder": "Decoder",
    "precision": "Precision",
    "step": "Step",
    "chosen_by": "Chosen by",
    "run_id": "Run",
    "tf_advseg_version": "tf_advseg",
}
"""What is shown of the metadata, if it is there."""
_MOST = 100
"""Characters of a fact: a method tells the weight of every class."""


def facts_of(
    kind: str, size: tuple[int, int] | None, facts: Mapping[str, Any]
) -> dict[str, str]:
    """Returns the lines of a card.

    Args:
        kind: What runs the model.
        size: (H, W) of its images; None for any.
        facts: Of its file.
    """
    shown = {"Runs on": kind}
    shown["Images"] = f"{size[0]}x{size[1]}" if size else "of any size"
    for key, title in _FACTS.items():
        if facts.get(key) not in (None, ""):
            shown[title] = _brief(str(facts[key]))
    return shown


def model_card(
    title: str,
    facts: Mapping[str, str],
    class_names: Sequence[str],
    palette: Sequence[Sequence[int]],
) -> str:
    """Returns HTML; names are other people's, and escaped.

    Args:
        title: Of the card.
        facts: Its lines.
        class_names: C names.
        palette: One RGB colour (0-255) a class.
    """
    rows = "".join(
        f"<tr><th style='text-align:left'>{html.escape(name)}</th>"
        f"<td style='text-align:left'>{html.escape(value)}</td></tr>"
        for name, value in facts.items()
    )
    swatches = " ".join(
        "<span style='display:inline-block;margin-right:.8em'>"
        "<span style='display:inline-block;width:.9em;height:.9em;"
        f"background:rgb({red},{green},{blue});border:1px solid #444'></span> "
        f"{html.escape(name)}</span>"
        for name, (red, green, blue) in zip(class_names, palette, strict=True)
    )
    return (
        f"<div><strong>{html.escape(title)}</strong>"
        f"<table>{rows}</table><div>{swatches}</div></div>"
    )


def _brief(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[:_MOST]} ..."
