"""Runs side by side as one HTML file, in the report's dress."""

import math

import tf_advseg
from tf_advseg.reporting.charts import Line
from tf_advseg.reporting.charts import line_chart
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.page import asset
from tf_advseg.reporting.page.page import environment
from tf_advseg.runs.overview.facts import miou
from tf_advseg.runs.overview.side_by_side import SideBySide
from tf_advseg.runs.overview.words import domain
from tf_advseg.runs.overview.words import learned_from

MOST_RUNS = 8
"""As many lines as the palette of a chart can tell apart."""


def render(found: SideBySide) -> str:
    """Returns the page: it asks the network for nothing and runs no script.

    Raises:
        ValueError: If there are more runs than a chart can show.
    """
    if len(found.runs) > MOST_RUNS:
        raise ValueError(
            f"--html shows at most {MOST_RUNS} runs, and these are "
            f"{len(found.runs)}; compare some of them."
        )
    rows = [
        [
            name,
            str(run.settings.get("method")).partition("(")[0],
            learned_from(run.settings),
            domain(run.settings.get("target")),
            ", ".join(run.tags),
            f"{run.state}, step {run.step}",
            miou(run.chosen),
            miou(run.last),
        ]
        for name, run in zip(found.names, found.runs, strict=True)
    ]
    return (
        environment()
        .get_template("page/side_by_side.html")
        .render(
            found=found,
            rows=rows,
            charts=[_chart(found, name) for name in found.curves],
            style=asset("style.css"),
            made=f"Made by tf_advseg {tf_advseg.__version__}.",
        )
    )


def _chart(found: SideBySide, name: str) -> Html:
    lines = []
    curves = found.curves[name]
    for number, (run, curve) in enumerate(
        zip(found.names, curves, strict=True), 1
    ):
        points = [
            (step, value) for step, value in curve if math.isfinite(value)
        ]
        if points:
            lines.append(Line(run, points, f"c{number}"))
    return line_chart(name, lines)
