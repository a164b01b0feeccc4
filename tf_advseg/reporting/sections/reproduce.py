"""How to make all this again."""

from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.page import blocks
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.numbers import short

_VERSIONS = ("tf_advseg", "python", "tensorflow", "keras", "numpy", "platform")


def section(report: Report) -> Html:
    """Returns the exact commands and the versions they ran with."""
    environment = report.main.adapted.record.environment
    rows = [
        (name, short(environment[name]))
        for name in _VERSIONS
        if name in environment
    ]
    devices = environment.get("devices")
    if isinstance(devices, list):
        rows.append(("devices", ", ".join(map(str, devices))))
    return blocks.section(
        "reproduce",
        "Make it again",
        [
            [blocks.paragraph(title), blocks.command(text)]
            for title, text in report.commands.items()
        ],
        blocks.table(("version of", "trained with"), rows, words=2)
        if rows
        else blocks.missing("The run did not record its versions."),
    )
