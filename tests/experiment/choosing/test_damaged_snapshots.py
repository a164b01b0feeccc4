"""Damaged snapshots are named and left out; the others are chosen among."""

import dataclasses
import json
import shutil
import zipfile

import pytest
from toy_runs import write_domain
from toy_runs import write_run
from toy_segmenter import colour_segmenter
from toy_segmenter import logits_segmenter
from toy_segmenter import save_colour_segmenter

from tf_advseg.commands import select as selection_command
from tf_advseg.experiment import making
from tf_advseg.experiment.choosing.run_selection import RunSelection
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.networks.model_file import save_segmenter
from tf_advseg.runs.folder import read_settings
from tf_advseg.settings.select import SelectSettings

STEPS = (1, 2, 3, 4)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run whose candidates are scored; step 4, the best, is chosen."""
    folder = tmp_path_factory.mktemp("runs")
    domain = write_domain(folder / "domain")
    run = write_run(folder / "run", "source_only", domain, domain)
    for step in STEPS:
        save_colour_segmenter(
            run / "snapshots" / f"step_{step:06d}.keras",
            image_size=[16, 32],
            factors=(1.0, 1.0, step / 4),
        )
    choose(run)
    return run


@pytest.fixture
def run(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "run")


def choose(run, **options):
    settings = dataclasses.replace(read_settings(run), run=str(run))
    domains = making.make_domains(settings)
    selection = RunSelection(settings, domains, colour_segmenter(), run)
    told = []
    choice = selection.choose(write=told.append, **options)
    if choice:
        selection.publish(choice)
    return choice, told


def snapshot(run, step):
    return run / "snapshots" / f"step_{step:06d}.keras"


def turn_a_bit(path):
    with zipfile.ZipFile(path) as archive:
        weights = archive.getinfo("model.weights.h5")
    content = bytearray(path.read_bytes())
    content[weights.header_offset + weights.compress_size // 2] ^= 1
    path.write_bytes(content)


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-200])


def empty(path):
    path.write_bytes(b"")


def of_another_network(path):
    save_segmenter(logits_segmenter(1, 2, 3, 4), path, read_metadata(path))


def forget_scores(run):
    (run / "snapshots" / "scores.json").unlink()


@pytest.mark.parametrize(
    "damage", [turn_a_bit, cut_short, empty, of_another_network]
)
@pytest.mark.parametrize("is_scored", [True, False])
def test_a_damaged_snapshot_is_named_and_left_out(run, damage, is_scored):
    damage(snapshot(run, 4))
    if not is_scored:
        forget_scores(run)
    choice, told = choose(run, chooser="last")
    sound = ("step_000003.keras", "mean_of_last_3.keras")
    assert choice.candidate.name in sound
    about = [line for line in told if "step_000004.keras" in line]
    assert "damaged" in about[-1]
    assert about[-1].endswith("It is left out of the choice.")
    record = json.loads((run / "selection.json").read_text())
    names = [c["file"] for c in record["candidates"]]
    assert "snapshots/step_000004.keras" not in names


def test_the_mean_is_then_of_those_that_are_left(run):
    cut_short(snapshot(run, 3))
    choose(run)
    mean = read_metadata(run / "snapshots" / "mean_of_last_3.keras")
    assert mean["mean_of"] == [f"step_00000{k}.keras" for k in (1, 2, 4)]


def test_a_damaged_mean_is_made_again(run):
    mean = run / "snapshots" / "mean_of_last_3.keras"
    before = read_metadata(mean)
    turn_a_bit(mean)
    choose(run)
    assert read_metadata(mean) == before
    told = choose(run)[1]
    assert told == []


def test_of_nothing_whole_nothing_is_chosen(run):
    for step in STEPS:
        cut_short(snapshot(run, step))
    choice, told = choose(run)
    assert choice is None
    assert len(told) == len(STEPS)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"conditions": 1}'])
def test_a_damaged_book_of_scores_is_begun_anew(run, text, caplog):
    (run / "snapshots" / "scores.json").write_text(text)
    before = json.loads((run / "selection.json").read_text())
    choice, _ = choose(run)
    assert choice.candidate.file == before["chosen"]
    assert "scores.json is damaged; it is begun anew" in caplog.text


def test_select_takes_the_network_from_a_file_that_is_whole(run, tmp_path):
    for step in (1, 3):
        cut_short(snapshot(run, step))
    lines = []
    settings = SelectSettings(out=str(tmp_path / "out"), labels=False)
    assert selection_command.run([str(run)], settings, lines.append) == 0
    assert "step_000001.keras is damaged" in "\n".join(lines)
    record = json.loads((tmp_path / "out" / "selection.json").read_text())
    assert [c["file"] for c in record["candidates"]] == [
        "snapshots/step_000002.keras",
        "snapshots/step_000004.keras",
        "snapshots/mean_of_last_3.keras",
    ]


def test_select_says_so_where_none_is_whole(run, tmp_path):
    for step in STEPS:
        cut_short(snapshot(run, step))
    with pytest.raises(ValueError, match=r"step_000004\.keras"):
        selection_command.run(
            [str(run)], SelectSettings(out=str(tmp_path)), print
        )
