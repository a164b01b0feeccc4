"""The report as one HTML file that asks the network for nothing.

A content security policy in the file forbids every request, and every script
but the one written here (known by its hash): what a hostile file name might
smuggle in could not run.
"""

import base64
import hashlib
from importlib import resources

from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag
from tf_advseg.reporting.sections import boundaries
from tf_advseg.reporting.sections import calibration
from tf_advseg.reporting.sections import checkpoint
from tf_advseg.reporting.sections import classes
from tf_advseg.reporting.sections import configuration
from tf_advseg.reporting.sections import confusion
from tf_advseg.reporting.sections import curves
from tf_advseg.reporting.sections import data
from tf_advseg.reporting.sections import entropy
from tf_advseg.reporting.sections import gate
from tf_advseg.reporting.sections import images
from tf_advseg.reporting.sections import methods
from tf_advseg.reporting.sections import reproduce
from tf_advseg.reporting.sections import shares
from tf_advseg.reporting.sections import verdict

SECTIONS = {
    "Methods": methods,
    "Classes": classes,
    "Images": images,
    "Predicted": shares,
    "Confusions": confusion,
    "Entropy": entropy,
    "Calibration": calibration,
    "Outlines": boundaries,
    "Training": curves,
    "Checkpoint": checkpoint,
    "Deployed": gate,
    "Data": data,
    "Configuration": configuration,
    "Again": reproduce,
}
"""Title in the table of contents to module, in the order of the page; the
verdict comes before them all."""


def render(report: Report) -> str:
    """Returns the report as the text of an HTML file."""
    drawn = {
        name: found
        for name, module in SECTIONS.items()
        if (found := module.section(report)) is not None
    }
    links = [
        tag("a", name, href=f"#{SECTIONS[name].__name__.rpartition('.')[2]}")
        for name in drawn
    ]
    body = tag(
        "main",
        _header(report),
        verdict.section(report),
        tag("nav", links, aria_label="Sections"),
        list(drawn.values()),
        tag("footer", report.made),
    )
    script = _asset("slider.js")
    page = tag(
        "html",
        tag("head", _head(report, script)),
        tag("body", body, tag("script", script)),
        lang="en",
    )
    return f"<!doctype html>\n{page}\n"


def _header(report: Report) -> Html:
    record = report.main.adapted.record
    settings = record.settings
    domains = f"{settings.get('source')} to {settings.get('target')}"
    return tag(
        "header",
        tag("h1", f"{report.groups[0].label}: {domains}"),
        tag("p", "Adaptation report on ", tag("code", record.path.name)),
        [tag("p", note, class_="missing") for note in report.notes],
    )


def _head(report: Report, script: Html) -> list[Html]:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    policy = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{base64.b64encode(digest).decode()}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return [
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag(
            "meta",
            name="viewport",
            content="width=device-width, initial-scale=1",
        ),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"Did adaptation pay? {report.groups[0].label}"),
        # Without this a browser asks for /favicon.ico.
        tag("link", rel="icon", href="data:,"),
        tag("style", _asset("style.css")),
    ]


def _asset(name: str) -> Html:
    """A file of ours, as it is: neither holds `</`."""
    return Html((resources.files(__package__) / name).read_text("utf-8"))
