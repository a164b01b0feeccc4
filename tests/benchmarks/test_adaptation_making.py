"""Runs are made once, go on where they were, and fail alone."""

import json
import threading
import time

import pytest
from places import TOYS

from benchmarks.adaptation import making
from benchmarks.adaptation import records
from benchmarks.adaptation.plan import Experiment
from benchmarks.adaptation.plan import Places


@pytest.fixture(autouse=True)
def toy_program(monkeypatch):
    monkeypatch.setattr(making, "PROGRAM", (str(TOYS / "toy_trainer.py"),))


def experiment(name, seed=0, **flags):
    return Experiment("streets", name, seed, {"method": name, **flags})


class Bench:
    """Makes runs in a folder; keeps what was said."""

    def __init__(self, folder):
        self.places = Places(folder / "runs")
        self.file = records.record_file(folder / "recorded", "streets")
        self.said = []

    def making(self, *experiments, **changes):
        return making.Making(
            experiments,
            self.places,
            lambda pair: self.file,
            self.said.append,
            **changes,
        )

    def make(self, *experiments, **changes):
        one = self.making(*experiments, **changes)
        one.make(workers=1)
        return one

    @property
    def record(self):
        return records.Record(self.file)

    def calls(self):
        return (self.places.runs / "streets" / "calls.txt").read_text()


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def test_a_finished_run_is_measured_recorded_and_not_made_again(bench):
    assert not bench.make(experiment("advent", seed=1)).failed
    figures = bench.record.runs["advent"][1]
    assert figures["last"]["miou"] == pytest.approx(0.46)
    assert figures["chosen"]["miou"] == pytest.approx(0.465)
    assert figures["candidates"][0]["miou"] == pytest.approx(0.48)
    assert figures["data"] == {"source": "abc"}
    assert figures["minutes"] is not None and figures["peak_mb"] > 0
    assert figures["code"]
    before = bench.calls()
    assert before.splitlines() == [
        "advent-seed1: train advent",
        "advent-seed1: select",
    ]
    bench.make(experiment("advent", seed=1))
    assert bench.calls() == before


def test_the_chosen_weights_may_be_all_that_is_measured(bench):
    only = {"chosen_only": True}
    assert not bench.make(experiment("advent"), **only).failed
    assert bench.calls().splitlines() == ["advent-seed0: train advent"]
    assert bench.record.runs["advent"][0]["chosen"]["miou"] is not None
    bench.make(experiment("advent"), **only)
    assert len(bench.calls().splitlines()) == 1


def test_a_recorded_run_is_not_made_where_its_folder_is_gone(bench, tmp_path):
    bench.make(experiment("advent"))
    bench.places = Places(tmp_path / "elsewhere")
    bench.make(experiment("advent"))
    assert not list((tmp_path / "elsewhere").glob("streets/*"))
    assert "0 runs to make; 1 are recorded." in bench.said


def test_a_finished_run_that_nobody_recorded_is_recorded_only(bench):
    bench.make(experiment("advent"))
    bench.file.unlink()
    before = bench.calls()
    bench.make(experiment("advent"))
    assert bench.calls() == before
    assert bench.record.runs["advent"][0]["last"]["miou"] == 0.45


def test_recorded_runs_lose_their_snapshots_unless_they_are_kept(bench):
    bench.make(experiment("advent"))
    bench.make(experiment("advent", seed=1), keep_snapshots=True)
    found = sorted(bench.places.runs.glob("streets/*/snapshots"))
    assert [path.parent.name for path in found] == ["advent-seed1"]


def test_a_run_that_was_ended_goes_on(bench):
    first = bench.making(experiment("endless"), experiment("advent"))
    thread = threading.Thread(target=first.make, args=(1,))
    thread.start()
    checkpoint = bench.places.runs / "streets/endless-seed0/checkpoint"
    while not checkpoint.exists():
        time.sleep(0.02)
    first.stop()
    thread.join(timeout=30)
    assert not thread.is_alive()
    assert not first.failed
    assert not bench.file.exists()
    bench.make(experiment("endless"), experiment("advent"))
    assert bench.calls().splitlines() == [
        "endless-seed0: train endless",
        "endless-seed0: train endless",
        "endless-seed0: select",
        "advent-seed0: train advent",
        "advent-seed0: select",
    ]
    assert bench.record.runs["endless"][0]["minutes"] is not None


def test_hours_end_what_runs(bench):
    one = bench.making(experiment("endless"))
    start = time.monotonic()
    one.make(workers=1, hours=1 / 3600)
    assert time.monotonic() - start < 30
    assert not one.failed
    assert not bench.file.exists()


def test_a_failed_run_is_named_and_stops_no_other(bench):
    broken = experiment("broken")
    one = bench.make(broken, experiment("advent"))
    assert list(one.failed) == [broken]
    assert "exit status 1: error: it does not work" in one.failed[broken]
    assert any("FAILED streets broken seed 0" in line for line in bench.said)
    assert list(bench.record.runs) == ["advent"]


def test_a_run_of_flags_that_there_are_not_stops_no_other(bench):
    bench.make(experiment("mine"))
    wrong = experiment("mine", nonsense=1)
    one = bench.make(wrong, experiment("advent"))
    assert "flag --nonsense" in one.failed[wrong]
    assert "advent" in bench.record.runs


def test_a_run_that_starts_from_another_waits_for_it(bench):
    bench.make(
        experiment("late", weights="{source_only}/last.keras"),
        experiment("source_only"),
    )
    trained = [x for x in bench.calls().splitlines() if "train" in x]
    assert trained == [
        "source_only-seed0: train source_only",
        "late-seed0: train late",
    ]
    own = bench.record.runs["late"][0]["own"]
    assert own["weights"] == "RUNS/streets/source_only-seed0/last.keras"


def test_a_run_whose_beginning_is_not_there_says_so(bench):
    late = experiment("late", weights="{source_only}/last.keras")
    reason = bench.make(late).failed[late]
    assert "starts from streets source_only seed 0" in reason


def test_a_run_of_other_settings_is_made_anew_and_the_old_one_kept(bench):
    bench.make(experiment("advent"))
    bench.make(experiment("advent"), steps=2)
    assert any("steps 600, not 2" in line for line in bench.said)
    old = bench.places.runs / "streets/replaced/advent-seed0-1/config.json"
    assert json.loads(old.read_text())["steps"] == 600
    assert bench.record.settings_of("advent", 0)["steps"] == 2


def test_more_workers_than_cores_are_refused(bench):
    with pytest.raises(ValueError, match=r"--workers=9999, but .* cores"):
        bench.making(experiment("advent")).make(workers=9999)
