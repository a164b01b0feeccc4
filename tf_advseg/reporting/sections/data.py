"""Which data this is about."""

from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.page import blocks
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.numbers import short


def section(report: Report) -> Html:
    """Returns the data's ids, what was looked at, and what was left out."""
    run = report.main.adapted
    data = run.record.data
    if data is None:
        versions = blocks.missing(
            "The run did not record which version of the data it saw (no "
            "data.json)."
        )
    else:
        rows = [
            (
                role,
                *(
                    short(facts.get(key))
                    for key in ("name", "split", "id", "num_images")
                ),
            )
            for role, facts in data.items()
            if isinstance(facts, dict)
        ]
        versions = blocks.table(
            ("role", "name", "split", "id", "images"), rows, words=4
        )
    looked, faults = [], []
    for role in ("source", "target"):
        found = getattr(run, role)
        if found is None:
            continue
        looked.append(
            (
                role,
                found.domain,
                found.split,
                "yes" if found.truth is not None else "no",
                len(found.keys),
                found.num_in_split,
            )
        )
        faults += list(found.faults.values())
    header = ("domain", "name", "split", "labels", "looked at", "of")
    return blocks.section(
        "data",
        "Data",
        versions,
        blocks.table(header, looked, words=4, caption="For this report")
        if looked
        else None,
        [blocks.missing(f"Left out: {fault}") for fault in faults],
    )
