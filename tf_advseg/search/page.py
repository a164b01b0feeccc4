"""The page of a study: its trials in time, which settings mattered, a table."""

from collections.abc import Mapping
from collections.abc import Sequence
from importlib import resources

from tf_advseg.reporting.charts.frame import Frame
from tf_advseg.reporting.charts.frame import label
from tf_advseg.reporting.charts.frame import padded_range
from tf_advseg.reporting.charts.plot import plot
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag
from tf_advseg.search.findings import Row
from tf_advseg.search.search import short

_ROW = 24
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(
    title: str,
    objective: str,
    rows: Sequence[Row],
    importances: Mapping[str, float],
    command: str,
) -> str:
    """Returns the text of an HTML file that asks the network for nothing.

    Args:
        title: Of the study.
        objective: What trials are judged by.
        rows: All trials.
        importances: Shares by the name of the setting; {}: not known.
        command: The best trial's; empty: there is none yet.
    """
    style = resources.files("tf_advseg.reporting.page").joinpath("style.css")
    body = [
        tag("h1", title),
        tag("pre", command) if command else None,
        tag(
            "div",
            _history(objective, rows),
            _bars(importances) if importances else None,
            class_="alone",
        ),
        _table(objective, rows),
    ]
    head = [
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width"),
        tag("title", title),
        tag("style", Html(style.read_text("utf-8"))),
    ]
    whole = tag(
        "html", tag("head", head), tag("body", tag("main", body)), lang="en"
    )
    return f"<!doctype html>\n{whole}\n"


def _history(objective: str, rows: Sequence[Row]) -> Html | None:
    """Each whole trial a dot, the best so far a line."""
    told = sorted((r.name, r.value) for r in rows if r.value is not None)
    if not told:
        return None
    values = [value for _, value in told]
    best = [max(values[: i + 1]) for i in range(len(values))]
    places = [float(i + 1) for i in range(len(values))]
    frame = Frame((0.0, len(values) + 1.0), padded_range(values))
    dots = [
        tag(
            "circle",
            tag("title", f"{name}: {value:.4f}"),
            cx=frame.x(x),
            cy=frame.y(value),
            r=4,
            class_="dot before",
        )
        for x, (name, value) in zip(places, told, strict=True)
    ]
    line = tag("path", d=frame.path(places, best), class_="line after")
    drawn = frame.svg(
        f"{objective} of each trial", frame.axes("whole trials"), dots, line
    )
    return plot(
        f"{objective} of each trial",
        drawn,
        [("a trial", "before"), ("the best so far", "after")],
    )


def _bars(importances: Mapping[str, float]) -> Html:
    height = _ROW * len(importances) + 8
    most = max(importances.values()) or 1.0
    drawn = []
    for index, (name, share) in enumerate(importances.items()):
        y = float(_ROW * index + 4)
        drawn += [
            label(165, y + 14, name, "end"),
            tag(
                "rect",
                tag("title", f"{name}: {share:.3f}"),
                x=172.0,
                y=y + 2,
                width=140.0 * share / most,
                height=_ROW - 8,
                class_="importance",
            ),
            label(178 + 140 * share / most, y + 14, f"{share:.2f}", "start"),
        ]
    picture = tag(
        "svg",
        drawn,
        viewBox=f"0 0 360 {height}",
        class_="chart",
        role="img",
        aria_label="How much each setting mattered",
    )
    return plot("How much each setting mattered (PED-ANOVA)", picture)


def _table(objective: str, rows: Sequence[Row]) -> Html:
    names = list({name: None for row in rows for name in row.params})
    head = tag("tr", [tag("th", t) for t in ("trial", objective, *names)])
    lines = [
        tag(
            "tr",
            tag("td", row.name),
            tag("td", row.state if row.value is None else f"{row.value:.4f}"),
            [tag("td", short(row.params.get(name, ""))) for name in names],
        )
        for row in rows
    ]
    return tag("div", tag("table", head, lines), class_="scroll")
