"""The report as one HTML file that asks the network for nothing.

A content security policy in the file forbids every request, and every script
but the one written here (known by its hash): what a hostile file name might
smuggle in could not run.

Words and structure stand in templates, one a section. What they write is
escaped by the same rule as in charts, that of `html.py`.
"""

import base64
import dataclasses
import functools
import hashlib
from collections.abc import Callable
from importlib import resources
from typing import Any

import jinja2

from tf_advseg.metrics.boundary_iou import DISTANCE
from tf_advseg.metrics.iou import mean_of_present
from tf_advseg.reporting import charts
from tf_advseg.reporting import means
from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import join
from tf_advseg.reporting.page.numbers import count
from tf_advseg.reporting.page.numbers import decimal
from tf_advseg.reporting.page.numbers import points
from tf_advseg.reporting.page.numbers import short
from tf_advseg.reporting.page.numbers import signed_points
from tf_advseg.reporting.page.numbers import signed_range
from tf_advseg.reporting.page.untrusted import entries
from tf_advseg.reporting.page.untrusted import fields
from tf_advseg.reporting.page.untrusted import objects
from tf_advseg.reporting.sections import configuration
from tf_advseg.reporting.sections import confusion
from tf_advseg.reporting.sections import curves
from tf_advseg.reporting.sections import images
from tf_advseg.reporting.sections import methods
from tf_advseg.reporting.sections import shares
from tf_advseg.reporting.sections import targets
from tf_advseg.reporting.sections import verdict


@dataclasses.dataclass(frozen=True)
class Section:
    """A section of the page.

    Args:
        title: In the table of contents.
        name: Its anchor and its template, `sections/NAME.html`, which knows
            the `report`. What comes out empty is left out of the page.
        values: What else the template is given; `sections/NAME.py` finds it
            where that takes more than a few words.
    """

    title: str
    name: str
    values: Callable[[Report], dict[str, Any]] = lambda report: {}


SECTIONS = (
    Section("Targets", "targets", targets.values),
    Section("Methods", "methods", methods.values),
    Section("Classes", "classes"),
    Section("Images", "images", images.values),
    Section("Predicted", "shares", shares.values),
    Section("Confusions", "confusion", confusion.values),
    Section("Entropy", "entropy"),
    Section("Calibration", "calibration"),
    Section("Outlines", "boundaries", lambda report: {"distance": DISTANCE}),
    Section("Training", "curves", curves.values),
    Section("Checkpoint", "checkpoint"),
    Section("Deployed", "gate"),
    Section("Data", "data"),
    Section("Configuration", "configuration", configuration.values),
    Section("Again", "reproduce"),
)
"""In the order of the page; the verdict comes before them all."""

_VERDICT = Section("Verdict", "verdict", verdict.values)


def render(report: Report) -> str:
    """Returns the report as the text of an HTML file."""
    drawn = {section: _draw(section, report) for section in SECTIONS}
    script = asset("slider.js")
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return (
        environment()
        .get_template("page/page.html")
        .render(
            report=report,
            verdict=_draw(_VERDICT, report),
            sections={section: text for section, text in drawn.items() if text},
            style=asset("style.css"),
            script=script,
            script_hash=f"sha256-{base64.b64encode(digest).decode()}",
        )
    )


def _draw(section: Section, report: Report) -> Html:
    template = environment().get_template(f"sections/{section.name}.html")
    text = template.render(report=report, **section.values(report))
    return Html(text.strip())


@functools.cache
def environment() -> jinja2.Environment:
    """Templates, and the words that they may use."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("tf_advseg.reporting", ""),
        # What is no markup is escaped by `join`, which also takes away the
        # characters that would turn the direction of writing; autoescape
        # says that what comes out of a template is markup.
        autoescape=True,
        finalize=join,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(charts=charts, means=means)
    for word in (
        count,
        decimal,
        entries,
        fields,
        mean_of_present,
        objects,
        points,
        short,
        signed_points,
        signed_range,
    ):
        made.filters[word.__name__] = word
    return made


def asset(name: str) -> Html:
    """A file of ours, as it is: neither holds `</`."""
    text = resources.files("tf_advseg.reporting.page").joinpath(name)
    return Html(text.read_text("utf-8"))
