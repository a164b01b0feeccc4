"""`distil`: a run that has its data and its teachers from other runs."""

import dataclasses
import json
import shutil

import pytest
from toy_settings import TINY

from tf_advseg import cli
from tf_advseg.commands import distil as distil_command
from tf_advseg.commands import train as training_command
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.networks.model_file import save_segmenter
from tf_advseg.runs.overview.lineage import lineage
from tf_advseg.runs.overview.lineage_text import lineage_text
from tf_advseg.settings.distil import DistilSettings

STUDENT = {
    "student": "tiny(batch_norm='frozen')",
    "weights": "none",
    "steps": 2,
    "snapshots": 0,
    "compare": "none",
    "batch_size": 1,
}


def distil(**options):
    """Runs the command; returns the lines it wrote."""
    lines = []
    settings = DistilSettings(**STUDENT, **options)
    assert distil_command.run(settings, lines.append) == 0
    return lines


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    run = tmp_path_factory.mktemp("runs") / "teacher"
    settings = dataclasses.replace(
        TINY, method="source_only", steps=2, snapshots=0, run=str(run)
    )
    assert training_command.run(settings, lambda line: None) == 0
    return run


@pytest.fixture(scope="module")
def student(teacher, tmp_path_factory):
    """Taught by a copy of the teacher, which is gone by now."""
    folder = tmp_path_factory.mktemp("students")
    copy = shutil.copytree(teacher, folder / "copy")
    options = {"teacher": str(copy), "run": str(folder / "run")}
    distil(**options)
    shutil.rmtree(copy)
    return folder / "run", options


@pytest.mark.slow
def test_its_data_are_its_teacher_s(teacher, student):
    run, _ = student
    ours, theirs = (
        json.loads((r / "config.json").read_text()) for r in (run, teacher)
    )
    for name in ("source", "target", "source_size", "target_size"):
        assert ours[name] == theirs[name]
    assert ours["backbone"] == STUDENT["student"]
    assert ours["method"] == "distil"


def test_a_flag_wins_over_the_teacher_s():
    settings = DistilSettings(teacher="t", source="mine", flip=False)
    made = settings.of_a_run({"source": "theirs", "target": "x", "blur": 0.1})
    assert (made.source, made.target, made.blur) == ("mine", "x", 0.1)
    assert not made.flip


@pytest.mark.slow
def test_it_says_who_taught_it(student):
    run, _ = student
    facts = read_metadata(run / "best.keras")
    assert [one["method"] for one in facts["taught_by"]] == ["source_only"]
    found = lineage(run)
    assert found["models"][0]["teachers"] == facts["taught_by"]
    assert "  teacher   " in lineage_text(found)
    assert any("teacher_1" in model["file"] for model in found["models"])


@pytest.mark.slow
def test_it_goes_on_without_its_teacher_s_folder(student):
    _, options = student
    assert "Resuming after step 2." in distil(**options, resume=True)


@pytest.mark.slow
def test_without_a_run_around_the_teacher_domains_must_be_said(
    teacher, tmp_path
):
    file = shutil.copy(teacher / "last.keras", tmp_path / "alone.keras")
    with pytest.raises(ValueError, match="give --source and --target"):
        distil(teacher=str(file))


@pytest.mark.slow
def test_a_teacher_of_other_classes_is_refused_before_anything_is_trained(
    teacher, tmp_path
):
    other = save_segmenter(
        load_segmenter(teacher / "last.keras")[0],
        tmp_path / "other.keras",
        {**read_metadata(teacher / "last.keras"), "classes": ["a"] * 11},
    )
    data = {"source": TINY.source, "target": TINY.target}
    settings = DistilSettings(
        **{**STUDENT, "compare": "source_only"},
        **data,
        teacher=str(other),
        run=str(tmp_path / "run"),
    )
    with pytest.raises(ValueError, match="knows the classes a, a"):
        distil_command.run(settings, lambda line: None)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ([], "Say who teaches"),
        (["--teacher=.", "--method=advent"], "`distil` trains by"),
        (
            ["--teacher=.", "--student=vgg16", "--backbone=resnet101"],
            "two names of one network",
        ),
    ],
)
def test_what_makes_no_sense_is_said(flags, said, capsys):
    assert cli.main(["distil", *flags]) == 1
    assert said in capsys.readouterr().err
