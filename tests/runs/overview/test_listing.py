"""All runs are listed, whatever lies between them."""

import json
import shutil

import pytest
import toy_folders

from tf_advseg.base.checks import DataError
from tf_advseg.runs.overview import listing
from tf_advseg.runs.overview.facts import read_facts
from tf_advseg.runs.overview.finding import check_run
from tf_advseg.runs.overview.finding import find_runs


def listed(*folders):
    found, notes = find_runs(folders)
    runs = [read_facts(folder) for folder in found]
    return runs, notes, listing.table(runs, notes)


def test_a_line_says_what_a_run_is(tmp_path):
    run = toy_folders.finished(
        tmp_path / "runs/a",
        method="dacs(threshold=0.9)",
        source="streets-sim(train=4)",
    )
    toy_folders.write(run / "tags.json", {"tags": ["good"]})
    _, _, text = listed(tmp_path)
    header, _, line = text.splitlines()
    assert header.split()[:5] == ["run", "method", "source", "target", "tags"]
    assert line.split() == [
        *("a", "dacs", "streets-sim", "streets-real", "good", "finished"),
        *("600/600", "37.50", "30.00", "2025-01-02", "03:04"),
    ]


def test_an_unfinished_run_says_how_far_it_came(tmp_path):
    toy_folders.unfinished(tmp_path / "runs/a")
    (run,), _, text = listed(tmp_path)
    assert run.state == "unfinished"
    row = text.splitlines()[-1].split()
    assert row[-6:-1] == ["unfinished", "200/600", "-", "-", "2025-01-02"]


def test_the_run_that_another_is_compared_with_is_one_too(tmp_path):
    toy_folders.finished(tmp_path / "a")
    toy_folders.finished(tmp_path / "a/compare_source_only")
    toy_folders.finished(tmp_path / "group/b")
    runs, notes, _ = listed(tmp_path, tmp_path / "a")
    names = [run.path.relative_to(tmp_path).as_posix() for run in runs]
    assert names == ["a", "a/compare_source_only", "group/b"]
    assert notes == []


def test_folders_without_runs_are_named_once(tmp_path):
    toy_folders.finished(tmp_path / "group/b")
    (tmp_path / "photos/deep/deeper").mkdir(parents=True)
    (tmp_path / "group/notes").mkdir()
    (tmp_path / ".hidden").mkdir()
    _, notes, text = listed(tmp_path)
    assert notes == [
        f"No run is in {tmp_path / 'group/notes'}.",
        f"No run is in {tmp_path / 'photos'}.",
    ]
    assert all(f"Note: {note}" in text for note in notes)


def test_a_circle_of_links_ends(tmp_path):
    toy_folders.finished(tmp_path / "runs/a")
    (tmp_path / "runs/round").symlink_to(tmp_path, target_is_directory=True)
    runs, _, _ = listed(tmp_path)
    assert [run.path.name for run in runs] == ["a"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("config.json", b"{"),
        ("config.json", b"[]"),
        ("config.json", b'{"steps": []}'),
        ("metrics.json", b"\xff"),
        ("metrics_best.json", b"[" * 100_000),
        ("finished.json", b"1"),
        ("environment.json", b"{"),
        ("data.json", b'"x"'),
        ("tags.json", b'{"tags": "good"}'),
        ("tags.json", b'{"tags": ["\\u001b[2J"]}'),
    ],
)
def test_a_damaged_file_is_named_and_the_others_are_listed(
    tmp_path, name, data
):
    run = toy_folders.finished(tmp_path / "a")
    toy_folders.finished(tmp_path / "b")
    toy_folders.write(run / name, data)
    runs, _, text = listed(tmp_path)
    assert [one.state for one in runs] == ["damaged", "finished"]
    assert f"{run / name}" in text
    assert text.splitlines()[3].startswith("b ")
    assert "\x1b" not in text


@pytest.mark.parametrize(
    "value", ["x", [], {}, -1, 2, None, True, float("nan")]
)
def test_a_figure_that_is_none_is_not_shown(tmp_path, value):
    run = toy_folders.finished(tmp_path / "a")
    for name in ("metrics.json", "metrics_best.json"):
        toy_folders.write(run / name, {"miou": value, "iou": value})
    (found,), _, _ = listed(tmp_path)
    assert found.to_dict()["miou"] is None


def test_a_finished_run_without_its_model_is_damaged(tmp_path):
    run = toy_folders.finished(tmp_path / "a")
    (run / "best.keras").unlink()
    (found,), _, text = listed(tmp_path)
    assert found.state == "damaged"
    assert "is finished, but has no best.keras." in text


def test_a_copied_run_is_the_same_run(tmp_path):
    run = toy_folders.finished(tmp_path / "a")
    copy = shutil.copytree(run, tmp_path / "elsewhere/b")
    one, other = (read_facts(path).to_dict() for path in (run, copy))
    assert one.pop("run") != other.pop("run")
    assert one == other


def test_an_older_run_has_the_time_of_its_file_and_says_so(tmp_path):
    run = toy_folders.finished(tmp_path / "a")
    (run / "environment.json").unlink()
    assert read_facts(run).started.startswith("~20")


def test_names_cannot_write_into_the_terminal(tmp_path):
    toy_folders.finished(tmp_path / "a\x1b[2J", method="advent")
    (tmp_path / "c\x07").mkdir()
    assert not {"\x1b", "\x07"} & set(listed(tmp_path)[2])


def test_facts_are_json(tmp_path):
    toy_folders.finished(tmp_path / "a")
    runs, notes, _ = listed(tmp_path)
    text = json.dumps(listing.facts(runs, notes), allow_nan=False)
    (run,) = json.loads(text)["runs"]
    assert (run["miou"], run["data"]["eval"]) == (0.375, "cc")


def test_what_is_no_folder_or_no_run_is_refused(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        find_runs([tmp_path / "no"])
    with pytest.raises(ValueError, match="is no folder of a training run"):
        check_run(tmp_path)
