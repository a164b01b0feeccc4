"""Only what can be spared goes, and only when it is told to."""

import shutil

import pytest
import toy_folders

from tf_advseg.base.files import folder_lock
from tf_advseg.runs.overview import pruning
from tf_advseg.runs.overview.facts import read_facts

ALL = ("snapshots", "checkpoints", "unfinished")


def files(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*")}


def planned(run, what=ALL):
    return pruning.plan(read_facts(run), what)


def pruned(run, what=ALL):
    plan = planned(run, what)
    pruning.carry_out(plan)
    return plan


def test_a_plan_removes_nothing(tmp_path):
    run = toy_folders.finished(tmp_path / "a")
    before = files(run)
    plan = planned(run)
    # A state of 5 bytes and a snapshot of 7; the other one was chosen.
    assert plan.size == 5 + 7
    assert files(run) == before


def test_states_and_snapshots_of_a_finished_run_go_and_the_chosen_stays(
    tmp_path,
):
    run = toy_folders.finished(tmp_path / "a")
    before = files(run)
    plan = pruned(run)
    gone = {
        "checkpoints",
        "checkpoints/000002-step-200",
        "checkpoints/000002-step-200/state.index",
        "snapshots/step_000100.keras",
    }
    assert before - files(run) == gone
    assert files(run) - before == {"run.lock"}
    assert "checkpoints and 1 snapshots removed" in pruning.sentence(plan, True)
    assert read_facts(run).state == "finished"
    assert planned(run).paths == ()


@pytest.mark.parametrize("what", ["snapshots", "checkpoints"])
def test_only_what_was_named_goes(tmp_path, what):
    run = toy_folders.finished(tmp_path / "a")
    (path,) = pruned(run, (what,)).paths
    assert what in path.parts
    assert (run / "checkpoints").exists() == (what == "snapshots")


def test_an_unfinished_run_goes_as_a_whole_if_that_is_asked(tmp_path):
    run = toy_folders.unfinished(tmp_path / "a")
    assert planned(run, ("snapshots", "checkpoints")).paths == ()
    size = sum(p.stat().st_size for p in run.rglob("*") if p.is_file())
    assert pruned(run).size == size
    assert not run.exists()


def test_removing_that_was_killed_is_ended_by_the_next(tmp_path, monkeypatch):
    run = toy_folders.unfinished(tmp_path / "a")

    def killed(path):
        if path == run:
            raise KeyboardInterrupt
        original(path)

    original = shutil.rmtree
    monkeypatch.setattr(shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        pruned(run)
    assert files(run) == {"config.json", "run.lock"}
    monkeypatch.undo()
    pruned(run)
    assert not run.exists()


def tagged(run):
    toy_folders.write(run / "tags.json", {"tags": ["good"]})


def damaged(run):
    toy_folders.write(run / "metrics.json", b"{")


def with_a_model(run):
    toy_folders.write(run / "last.keras", b"a model")


def with_notes(run):
    toy_folders.write(run / "notes.txt", b"mine")


def with_a_run_inside(run):
    toy_folders.finished(run / "compare_source_only")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (tagged, "tagged good"),
        (damaged, "damaged"),
        (with_a_model, "has last.keras"),
        (with_notes, "holds notes.txt, which no run writes"),
        (with_a_run_inside, "holds compare_source_only"),
    ],
)
def test_what_must_stay_stays(tmp_path, change, why):
    run = toy_folders.unfinished(tmp_path / "a")
    change(run)
    before = files(run)
    plan = pruned(run)
    assert why in plan.kept
    assert plan.paths == ()
    assert before - files(run) == set()
    assert "kept" in pruning.sentence(plan, True)


def test_a_tagged_run_keeps_its_snapshots_too(tmp_path):
    run = toy_folders.finished(tmp_path / "a")
    tagged(run)
    assert planned(run).paths == ()


def test_without_knowing_what_was_chosen_nothing_goes(tmp_path):
    run = toy_folders.finished(tmp_path / "a")
    toy_folders.write(run / "selection.json", b"{")
    assert planned(run).paths == ()
    assert "selection.json' is damaged" in planned(run).kept


def test_a_run_that_is_trained_stays(tmp_path):
    run = toy_folders.unfinished(tmp_path / "a")
    plan = planned(run)
    with folder_lock.held(run):
        assert planned(run).kept == "is being trained"
        # Begun between the plan and its end.
        with pytest.raises(folder_lock.FolderInUse):
            pruning.carry_out(plan)
    assert (run / "checkpoints").exists()


def test_links_are_not_followed(tmp_path):
    run = toy_folders.finished(tmp_path / "a")
    other = toy_folders.finished(tmp_path / "b")
    for name in ("checkpoints", "snapshots"):
        shutil.rmtree(run / name)
        (run / name).symlink_to(other / name, target_is_directory=True)
    assert planned(run).paths == ()
    link = tmp_path / "link"
    link.symlink_to(other, target_is_directory=True)
    assert planned(link).kept == "a link to elsewhere"
