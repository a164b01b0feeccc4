"""How sure the models are, on both domains, before and after."""

from tf_advseg.reporting.charts import histogram
from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.page import blocks
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.numbers import decimal


def section(report: Report) -> Html:
    """Returns the entropies' distributions and their means."""
    pair = report.main
    charts, rows = [], []
    for title in ("source", "target"):
        after = getattr(pair.adapted, title)
        if after is None:
            continue
        before = getattr(pair.baseline, title) if pair.baseline else None
        counts = {}
        if before is not None:
            counts["source-only"] = "before", before.entropy_histogram
        counts["adapted"] = "after", after.entropy_histogram
        charts.append(
            histogram(
                f"{title.capitalize()}: {after.domain}",
                "normalised entropy",
                counts,
            )
        )
        was = before.mean_entropy if before is not None else None
        rows.append((title, decimal(was), decimal(after.mean_entropy)))
    if not charts:
        return blocks.section(
            "entropy",
            "Entropy",
            blocks.missing("No images could be looked at here."),
        )
    return blocks.section(
        "entropy",
        "Entropy",
        blocks.paragraph(
            "0 is sure, 1 is a guess. Before adaptation the target is usually "
            "less sure than the source; entropy methods close that gap. A "
            "lower entropy alone is no gain: a model can be sure and wrong."
        ),
        blocks.grid(charts),
        blocks.table(
            ("mean of", "source-only", "adapted"),
            rows,
            caption="Mean normalised entropy",
        ),
    )
