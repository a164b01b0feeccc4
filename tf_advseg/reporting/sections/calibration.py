"""Whether the models are as right as they are sure."""

from tf_advseg.reporting.charts import reliability_diagram
from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.page import blocks
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.numbers import points
from tf_advseg.reporting.page.numbers import signed_points


def section(report: Report) -> Html:
    """Returns reliability diagrams and expected calibration errors."""
    charts, rows = [], []
    for title in ("source", "target"):
        models = _models(report, title)
        if not models:
            continue
        charts.append(reliability_diagram(title.capitalize(), models))
        rows += [
            (
                title,
                name,
                points(found.expected_error),
                signed_points(found.overconfidence),
            )
            for name, (_, found) in models.items()
        ]
    body = [
        blocks.paragraph(
            "Below the diagonal a model is surer than it is right. The "
            "expected calibration error (ECE, Guo et al. 2017, 15 bins) is "
            "the mean distance from the diagonal, in percent."
        ),
        blocks.grid(charts),
        blocks.table(("domain", "model", "ECE", "too sure by"), rows, words=2),
    ]
    if not charts:
        body = blocks.missing("Calibration needs labels, and none were read.")
    return blocks.section("calibration", "Calibration", body)


def _models(report: Report, title: str) -> dict:
    pair = report.main
    models = {}
    for name, style, run in (
        ("source-only", "before", pair.baseline),
        ("adapted", "after", pair.adapted),
    ):
        found = getattr(run, title) if run is not None else None
        if found is not None and found.truth is not None:
            models[name] = style, found.truth.reliability
    return models
