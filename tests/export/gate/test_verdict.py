"""When the gate lets an artefact through, and what it writes about it."""

import dataclasses
import json
import re

import pytest

from tf_advseg.export.formats.tflite.operators import Operators
from tf_advseg.export.gate.advice import advice
from tf_advseg.export.gate.report import GateReport
from tf_advseg.export.gate.verdict import Finding
from tf_advseg.export.gate.verdict import first_diverging
from tf_advseg.export.gate.verdict import makers_of_the_best
from tf_advseg.settings.export import Thresholds


def _finding(**changes):
    values = {
        "name": "model_int8.tflite",
        "made_by": "converter",
        "precision": "int8",
        "size": (8, 16),
        "megabytes": 3.5,
        "agreement": 97.5,
        "miou": 49.7,
        "miou_change": -0.3,
        "iou_change": {"road": -0.6, "sky": None},
        "latency": {"p50": 5.0, "p90": 6.0, "p99": 7.0},
        "peak_memory_mb": 50.0,
        "stages": {"features": 0.1, "scores": 0.05},
        "first_diverging": None,
        "operators": {"CONV_2D": 3},
        "partitions": 1,
        "faults": (),
    }
    return Finding(**{**values, **changes})


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({}, None),
        ({"miou_change": -0.51}, "loses 0.51 points"),
        ({"miou_change": float("nan")}, "points"),
        ({"miou_change": None, "agreement": 95.0}, None),
        ({"miou_change": None, "agreement": 94.9}, "at least 95.0 %"),
        ({"precision": "float16", "agreement": 99.91}, None),
        ({"precision": "float16", "agreement": 99.89}, "at least 99.9 %"),
        ({"precision": "float32", "agreement": 99.995}, None),
        ({"precision": "float32", "agreement": 99.98}, "at least 99.99 %"),
        ({"name": "saved_model", "agreement": 99.9}, "at least 99.99 %"),
        ({"faults": ("4 SPACE_TO_BATCH_ND",)}, "contains 4 SPACE_TO_BATCH"),
    ],
)
def test_thresholds_depend_on_the_precision(changes, sentence):
    reasons = _finding(**changes).reasons(Thresholds())
    if sentence is None:
        assert not reasons
    else:
        assert sentence in reasons[0]


def test_a_network_that_xnnpack_does_not_take_whole_is_told_of():
    assert not _finding().parts_note()
    assert not _finding(partitions=None).parts_note()
    split = _finding(partitions=117)
    assert "in 117 parts" in split.parts_note()
    assert "tflite_float16" in split.parts_note()
    assert "none of it" in _finding(partitions=0).parts_note()
    half = _finding(partitions=3, precision="float16")
    assert "tflite_float16" not in half.parts_note()
    assert split.parts_note() in _report(split).markdown()


def test_one_partition_outranks_agreement_and_labels_have_no_say():
    whole = _finding(agreement=97.0)
    split = _finding(agreement=98.0, partitions=3, miou_change=5.0)
    better = _finding(agreement=97.1, miou_change=-9.0)
    assert max([whole, split, better], key=lambda f: f.rank) is better


def test_one_that_passes_its_limit_beats_one_that_does_not():
    """It is published then, where nothing would have been."""
    passes = _finding(made_by="litert-quantizer", partitions=3, agreement=96.0)
    fails = _finding(miou_change=-0.6)
    for findings in ([passes, fails], [fails, passes]):
        kept = makers_of_the_best(findings, Thresholds())
        assert kept == {"model_int8.tflite": "litert-quantizer"}
    both_fail = dataclasses.replace(passes, miou_change=-0.7)
    kept = makers_of_the_best([both_fail, fails], Thresholds())
    assert kept == {"model_int8.tflite": "converter"}


@pytest.mark.parametrize(
    "differing, passes",
    # 99.99 % of 518,400 pixels are 518,348.2.
    [(0, True), (1, True), (51, True), (52, False), (518_400, False)],
)
def test_a_batch_may_differ_by_as_much_as_keras_may(differing, passes):
    finding = _finding(
        name="saved_model",
        precision="float32",
        agreement=100.0,
        batch_pixels=518_400,
        batch_differing=differing,
    )
    reasons = finding.reasons(Thresholds())
    assert (not reasons) == passes
    count = f"In a batch {differing:,} of 518,400 pixels have another class"
    assert (count in _report(finding).markdown()) == bool(differing)
    assert all(count in reason for reason in reasons)


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"miou_change": -0.514}, "--quantised_miou_drop=0.52."),
        ({"miou_change": -0.514}, "more --calibration_images"),
        ({"miou_change": -0.514}, "Train longer"),
        (
            {"miou_change": None, "agreement": 94.987},
            "--quantised_agreement=94.98.",
        ),
        (
            {"precision": "float16", "agreement": 99.8},
            "--float16_agreement=99.8.",
        ),
        (
            {
                "name": "saved_model",
                "agreement": 100.0,
                "batch_pixels": 1000,
                "batch_differing": 3,
            },
            "--exact_agreement=99.7.",
        ),
        ({"faults": ("2 SPACE_TO_BATCH_ND",)}, "Try --quantizer=litert, or"),
    ],
)
def test_a_refusal_says_what_to_do_next(changes, sentence):
    finding = _finding(**changes)
    told = " ".join(advice(finding, Thresholds()))
    assert sentence in told
    assert told in _report(finding).markdown()
    flag = re.search(r"--(\w+_(?:agreement|drop))=([\d.]+)\.$", told)
    if flag:  # It is true: with that limit it passes.
        limit = Thresholds(**{flag[1]: float(flag[2])})
        assert finding.reasons(limit) == []


@pytest.mark.parametrize("changes", [{}, {"miou_change": float("nan")}])
def test_no_limit_is_named_where_none_is_needed_or_none_helps(changes):
    told = " ".join(advice(_finding(**changes), Thresholds()))
    assert "--quantised" not in told


@pytest.mark.parametrize(
    "stages, precision, agreement, expected",
    [
        ({"resized": 0.0, "features": 1e-6}, "float32", 100, None),
        ({"resized": 1e-9, "features": 1e-6}, "float32", 100, "resized"),
        ({"preprocessing": 0.9, "features": 0.9}, "int8", 10, "preprocessing"),
        ({"preprocessing": None, "features": 0.9}, "int8", 10, "features"),
        ({"features": 0.1}, "int8", 99, None),
        ({"features": 0.0, "scores": 0.0}, "float32", 40, "classes"),
    ],
)
def test_the_first_stage_beyond_its_tolerance_is_named(
    stages, precision, agreement, expected
):
    assert first_diverging(stages, precision, agreement) == expected


def test_operators_that_accelerators_refuse_are_faults():
    counts = {"CONV_2D": 4, "SPACE_TO_BATCH_ND": 2, "READ_VARIABLE": 1}
    faults = Operators(counts, ("FlexErf",), 3).faults()
    assert faults == [
        "2 SPACE_TO_BATCH_ND",
        "1 READ_VARIABLE",
        "custom operators: FlexErf",
    ]
    assert not Operators({"CONV_2D": 4}, (), 1).faults()


def _report(*findings):
    return GateReport(
        images={
            "domain": "toys",
            "split": "val",
            "num_images": 2,
            "labelled": True,
        },
        keras={
            "miou": {"own": 50.0},
            "latency": {"p50": 9.0, "p90": 9.0, "p99": 9.0},
            "peak_memory_mb": 600.0,
        },
        findings=findings,
        kept={finding.name: finding.made_by for finding in findings},
        thresholds=Thresholds(),
        threads=2,
        notes=["A note."],
    )


def test_the_report_names_what_is_refused_and_why():
    bad = _finding(miou_change=-2.0, first_diverging="features")
    report = _report(_finding(name="saved_model", agreement=100.0), bad)
    assert report.refused() == [bad]
    text = report.markdown()
    assert "model_int8.tflite is NOT published: It loses 2.00 points" in text
    assert "first departs in its features" in text
    assert "| road | -0.60 | -0.60 |" in text and "| sky | - | - |" in text
    assert "A note." in text
    found = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert [a["passed"] for a in found["artefacts"]] == [True, False]


def test_without_labels_the_report_has_no_ious():
    finding = _finding(miou=None, miou_change=None, iou_change=None)
    report = _report(finding)
    images = {**report.images, "labelled": False}
    keras = {**report.keras, "miou": {"own": None}}
    report = dataclasses.replace(report, images=images, keras=keras)
    assert "IoU, in points" not in report.markdown()
