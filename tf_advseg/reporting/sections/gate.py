"""The export gate: is the deployed model still the same model?"""

from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.page import blocks
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.numbers import short

_COLUMNS = {
    "megabytes": "MB",
    "agreement": "agreement %",
    "miou": "mIoU",
    "miou_change": "change",
    "peak_memory_mb": "peak MB",
}
_LATENCIES = ("p50", "p90", "p99")


def section(report: Report) -> Html:
    """Returns the gate's table and why artefacts were refused."""
    gate = report.main.adapted.record.gate
    if gate is None:
        body = blocks.missing(
            "Nothing was exported from this run yet (no export/gate.json)."
        )
    else:
        body = _body(gate)
    return blocks.section("gate", "Deployed artefacts", body)


def _body(gate: dict):
    artefacts = _list(gate.get("artefacts"))
    artefacts = [one for one in artefacts if isinstance(one, dict)]
    header = (
        "artefact",
        "made by",
        "kept",
        *_COLUMNS.values(),
        *(f"ms {name}" for name in _LATENCIES),
    )
    return [
        blocks.paragraph(
            "Agreement: pixels with the class that Keras has. Change: points "
            "of mIoU against Keras. Milliseconds an image at three quantiles."
        ),
        blocks.table(header, map(_row, artefacts), words=3),
        [
            blocks.missing(f"{short(one.get('name'))}: {short(reason)}")
            for one in artefacts
            if one.get("kept")
            for reason in _list(one.get("reasons"))
        ],
        [blocks.paragraph(short(note)) for note in _list(gate.get("notes"))],
    ]


def _row(artefact: dict) -> tuple:
    latency = artefact.get("latency")
    latency = latency if isinstance(latency, dict) else {}
    kept = ""
    if artefact.get("kept"):
        kept = "yes" if artefact.get("passed") else "refused"
    return (
        short(artefact.get("name")),
        short(artefact.get("made_by")),
        kept,
        *(artefact.get(key) for key in _COLUMNS),
        *(latency.get(name) for name in _LATENCIES),
    )


def _list(value) -> list:
    return value if isinstance(value, list) else []
