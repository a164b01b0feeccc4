"""The page: what it says, what it leaves out, and that it is closed."""

import dataclasses
import html
import html.parser
import re

import numpy as np
import pytest
import toy_report

from tf_advseg.reporting.page.page import SECTIONS
from tf_advseg.reporting.page.page import render

HOSTILE = (
    '"><script>alert(1)</script><img src=http://evil.test/x onerror=a>'
    "{{ 6 * 7 }}\0\u202e"  # A template; NUL; text from right to left.
)
SELECTION = {
    "chosen": "snapshots/step_000540_ema.keras",
    "regret": 0.31,
    "last_regret": 1.27,
    "scores": {"entropy": {"better": "lower", "paper": "P", "title": "T"}},
    "candidates": [
        {
            "file": "snapshots/step_000540_ema.keras",
            "step": 540,
            "weights": "ema",
            "scores": {"entropy": 0.2},
            "fused": 1.5,
            "miou": 0.312,
        },
        {"file": "x", "step": 600, "weights": "raw", "fused": 2.5},
    ],
}
ALARMS = {
    "alarms": [
        {
            "step": 120,
            "kind": "discriminator_won",
            "message": "The discriminator has won.",
            "value": 0.99,
            "healthy": [0.5, 0.9],
        }
    ],
    "rollbacks": [{"step": 140, "to_step": 100, "weight_factor": 0.5}],
    "ranges": {"discriminator_accuracy": [0.5, 0.9]},
}
CURVES = {
    "loss": [(20, 1.0), (40, 0.5)],
    "health/discriminator_accuracy/source/main": [(20, 0.7), (40, 0.99)],
    "miou/target": [(40, 31.0)],
}


class Page(html.parser.HTMLParser):
    """Collects elements; fails on one that is not closed."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.open = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, name, attributes):
        self.elements.append((name, dict(attributes)))
        if name not in ("meta", "img", "input", "link", "br", "hr"):
            self.open.append(name)

    def handle_endtag(self, name):
        assert self.open.pop() == name


def text_of(page):
    """What one reads; a browser shows any white space as one blank."""
    page = re.sub(r"<(style|script|title)>.*?</\1>", "", page, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def test_the_verdict_comes_first():
    page = render(toy_report.report())
    words = text_of(page)
    assert "Yes, adaptation paid" in words
    assert words.index("Did adaptation pay?") < words.index("Gains and losses")
    assert page.index('class="verdict yes"') < page.index('id="classes"')


def test_every_section_is_there_and_linked():
    page = render(toy_report.report(cards=[toy_report.card()]))
    elements = Page(page).elements
    anchors = {a["id"] for name, a in elements if name == "section"}
    links = {a["href"][1:] for name, a in elements if name == "a"}
    assert links == anchors - {"verdict"}
    # No table of methods for one pair, none of targets for one.
    missing = {section.name for section in SECTIONS} - anchors
    assert missing == {"methods", "targets"}


def test_nothing_is_asked_of_the_network():
    page = render(toy_report.report(cards=[toy_report.card()]))
    for name, attributes in Page(page).elements:
        for key in ("src", "href"):
            if key in attributes:
                assert attributes[key].startswith(("data:", "#")), name
    assert "default-src 'none'" in html.unescape(page)
    assert "http" not in re.sub(r"http-equiv|data:[^\"]*", "", page)


@pytest.mark.parametrize("labelled", [True, False])
def test_hostile_names_stay_text(labelled):
    names = (HOSTILE, "car", "sky")
    runs = toy_report.pair_of_runs(
        labelled=labelled,
        names=names,
        curves={HOSTILE: [(1, 2.0)]},
        alarms={"alarms": [{"step": 1, "message": HOSTILE}]},
        selection={"candidates": [{"weights": HOSTILE, "file": HOSTILE}]},
        gate={"artefacts": [{"name": HOSTILE, "made_by": [HOSTILE]}]},
        data={HOSTILE: {"name": HOSTILE}},
        environment={"command": [HOSTILE], "devices": [HOSTILE]},
    )
    runs[0].record.settings[HOSTILE] = HOSTILE
    page = render(
        toy_report.report(
            runs,
            names=names,
            cards=[toy_report.card(HOSTILE, labelled)],
            notes=(HOSTILE,),
            commands={HOSTILE: HOSTILE},
        )
    )
    elements = Page(page).elements
    assert [name for name, _ in elements].count("script") == 1
    assert not any("onerror" in attributes for _, attributes in elements)
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ 6 * 7 }}" in page
    assert not {"\0", "\u202e"} & set(page)


def test_alarms_are_told_and_marked():
    runs = toy_report.pair_of_runs(alarms=ALARMS, curves=CURVES)
    page = render(toy_report.report(runs))
    assert "The discriminator has won." in text_of(page)
    assert "back to step 100" in text_of(page)
    # One chart for each of three families, an alarm and a roll-back in each.
    assert page.count('class="mark"') == 3 * 2
    assert page.count('class="healthy"') == 1


def test_the_choice_of_the_checkpoint_is_explained():
    runs = toy_report.pair_of_runs(selection=SELECTION, chosen_by="fused")
    page = render(toy_report.report(runs))
    assert "0.31 mIoU points more (the regret)" in text_of(page)
    assert page.count('class="chosen"') == 1
    assert ">31.2<" in page


def test_the_gate_is_shown():
    artefact = {
        "name": "model_int8.tflite",
        "made_by": "converter",
        "kept": True,
        "passed": False,
        "reasons": ["It loses 0.72 points of mIoU."],
        "megabytes": 3.456789,
        "latency": {"p50": 12.3456},
    }
    gate = {"artefacts": [artefact], "notes": ["Two threads."]}
    page = render(toy_report.report(toy_report.pair_of_runs(gate=gate)))
    for part in ("model_int8.tflite", "refused", "3.457", "12.35"):
        assert f">{part}</td>" in page
    assert "It loses 0.72 points of mIoU." in page
    assert "Two threads." in page


def test_without_labels_it_says_what_cannot_be_shown():
    runs = toy_report.pair_of_runs(labelled=False)
    report = toy_report.report(runs, cards=[toy_report.card(labelled=False)])
    words = text_of(render(report))
    assert "It cannot be told" in words
    assert "IoU needs labels" in words
    assert "Mean normalised entropy" in words
    assert "What is predicted" in words


def test_runs_that_could_not_be_looked_at_are_reported_all_the_same():
    runs = [
        type(run)(run.record) for run in toy_report.pair_of_runs(curves=CURVES)
    ]
    words = text_of(render(toy_report.report(runs)))
    assert "no interval" in words
    assert "Whole loss" in words


def test_a_lone_run_is_reported():
    words = text_of(render(toy_report.report([toy_report.run()])))
    assert "no source-only run" in words


@pytest.mark.parametrize("labelled", [True, False])
def test_several_targets_have_a_row_each(labelled):
    def several(run):
        keys = [f"{'day' if i < 4 else 'a<b'}/{i}" for i in range(12)]
        entropies = dict(zip(keys, np.arange(12) / 12, strict=True))
        target = dataclasses.replace(
            run.target, parts=("day", "a<b"), entropies=entropies
        )
        return dataclasses.replace(run, target=target)

    runs = toy_report.pair_of_runs(labelled=labelled)
    page = render(toy_report.report([several(run) for run in runs]))
    section = page[page.index('id="targets"') :].partition("</section>")[0]
    assert "a&lt;b" in section and "a<b" not in section
    text = " ".join(text_of(section).split())
    # Mean entropies of the images 0 to 3, and of 4 to 11.
    assert "0.125" in text and "0.625" in text
    gain = text.split()[text.split().index("them") + 4]
    assert gain.startswith("+") == labelled
    assert 'id="targets"' not in render(toy_report.report())


def test_several_runs_have_mean_and_spread():
    runs = [
        toy_report.run(method, seed, right)
        for method, right in (("advent", 0.7), ("minent", 0.6))
        for seed in (0, 1)
    ]
    runs += [toy_report.run("source_only", seed, 0.5) for seed in (0, 1)]
    report = toy_report.report(runs)
    words = text_of(render(report))
    assert "Methods and seeds" in words
    for group in report.groups:
        assert group.label in words
        assert len(group.mious) == 2
    assert f"{100 * np.mean(report.groups[0].mious):.1f}" in words


def test_a_class_that_is_absent_is_said_to_be():
    runs = toy_report.pair_of_runs()
    for run in runs:
        for counts in (run.target.truth.counts, run.target.truth.confusion):
            counts[..., 2] = 0
        run.target.truth.confusion[2] = 0
    assert ">absent<" in render(toy_report.report(runs))
