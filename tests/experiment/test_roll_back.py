"""A run that is made to collapse is alarmed, and taken back."""

import dataclasses
import json

import keras
import numpy as np
import pytest
import toy_backbone
from toy_domains import NumberedDomain
from toy_networks import toy_segmenter
from toy_settings import TINY

from tf_advseg import methods
from tf_advseg.commands import train as training_command
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.experiment.batches import make_batches
from tf_advseg.experiment.health_guard import HealthGuard
from tf_advseg.experiment.making import Domains
from tf_advseg.runs.folder import RunFolder
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.training.callbacks import metrics_log
from tf_advseg.training.callbacks.checkpoints import Checkpoints
from tf_advseg.training.callbacks.metrics_log import MetricsLog
from tf_advseg.training.callbacks.weight_average import WeightAverage
from tf_advseg.training.health import baseline
from tf_advseg.training.health import record
from tf_advseg.training.loop import train

SICK, SOUND = {"main": 1000.0}, {"main": 1e-3}


class ToyRun:
    """The parts of `runner.Run` that matter here, on toys."""

    def __init__(self, folder, weights, **changes):
        settings = {
            "run": str(folder),
            "source_size": "32x64",
            "target_size": "32x64",
            "steps": 12,
            "health_every": 1,
            "checkpoint_every": 4,
        }
        self.settings = TrainSettings(**PLAIN | settings | changes)
        self.lines = []
        self.domains = Domains(
            NumberedDomain(size=(32, 64)), NumberedDomain(size=(32, 64))
        )
        self.model = AdversarialSegmenter(
            toy_segmenter(), methods.MinEnt(target_weights=weights)
        )
        self.model.compile(
            optimizer=keras.optimizers.Adam(1e-3),
            watched_classes=self.domains.source.class_set.names,
        )
        self.average = WeightAverage(self.model.segmenter, 0.9)
        self.folder = RunFolder(folder)
        self.folder.path.mkdir(exist_ok=True)
        self.guard = HealthGuard(
            self.settings,
            self.domains,
            self.model,
            self.average,
            self.folder,
            self.lines.append,
        )
        # The toy sees one class everywhere; that is not the question here.
        self.guard.record.prior = {}

    def train(self, first_step=0, steps=None):
        """Trains until the loop ends; returns whether a roll-back waits."""
        self.guard.begin(first_step)
        steps = steps or self.settings.steps
        batches = make_batches(
            self.settings,
            self.domains,
            self.model.method,
            first_step,
            FaultLog(),
        )
        saver = Checkpoints(
            self.folder.checkpoints, 4, steps, self.average, self.guard.tracked
        )
        train(
            self.model,
            batches,
            steps=steps,
            first_step=first_step,
            log_every=1,
            health_every=1,
            callbacks=[
                self.average,
                MetricsLog(self.folder.metrics_csv, first_step),
                *self.guard.callbacks(),
                saver,
            ],
            log_state=self.guard.logs,
        )
        return self.guard.record.pending

    def to_the_end(self):
        step = 0
        while step is not None:
            self.train(step)
            step = self.guard.roll_back()

    def alarms(self):
        return json.loads((self.folder.path / "alarms.json").read_text())

    def weights(self):
        return [keras.ops.convert_to_numpy(v) for v in self.model.variables]


@pytest.fixture(scope="module")
def rolled_back(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "rolled_back"
    run = ToyRun(folder, SICK, on_alarm="rollback", rollback_factor=1e-6)
    run.to_the_end()
    return run


def test_a_sound_run_is_left_alone(tmp_path):
    run = ToyRun(tmp_path / "run", SOUND, on_alarm="rollback")
    run.to_the_end()
    found = run.alarms()
    assert found["alarms"] == found["rollbacks"] == []
    assert run.model.target_scale.numpy() == 1.0


def test_a_warning_changes_nothing_but_the_file(tmp_path):
    warned = ToyRun(tmp_path / "warned", SICK)
    silent = ToyRun(tmp_path / "silent", SICK, max_rollbacks=0)
    warned.to_the_end()
    silent.to_the_end()
    (alarm,) = warned.alarms()["alarms"]
    assert alarm["kind"] == "target_outweighs_labels"
    assert alarm["step"] == 5  # Two looks of grace and three to be sure.
    assert any("ALARM at step 5" in line for line in warned.lines)
    for a, b in zip(warned.weights(), silent.weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_run_goes_back_with_smaller_weights_and_ends_healthy(rolled_back):
    found = rolled_back.alarms()
    assert [alarm["step"] for alarm in found["alarms"]] == [5]
    assert found["rollbacks"] == [
        {"step": 5, "to_step": 0, "weight_factor": 1e-6}
    ]
    assert rolled_back.model.target_scale.numpy() == pytest.approx(1e-6)
    assert rolled_back.model.optimizer.iterations == 12
    assert any("back to step 0" in line for line in rolled_back.lines)


def test_it_ends_as_the_run_with_those_weights_from_the_start(
    rolled_back, tmp_path
):
    healthy = ToyRun(tmp_path / "run", {"main": 1000.0 * 1e-6})
    healthy.to_the_end()
    for a, b in zip(rolled_back.weights(), healthy.weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_metrics_have_each_step_once_and_the_sick_ones_are_kept(rolled_back):
    rows = metrics_log.read(rolled_back.folder.metrics_csv)
    assert [step for step, name, _ in rows if name == "loss"] == [*range(1, 13)]
    kept = rolled_back.folder.path / "metrics_before_rollback_1.csv"
    steps = [s for s, name, _ in metrics_log.read(kept) if name == "loss"]
    assert steps == [1, 2, 3, 4, 5]


def test_resuming_after_a_roll_back_is_exact(rolled_back, tmp_path):
    options = {"on_alarm": "rollback", "rollback_factor": 1e-6}
    first = ToyRun(tmp_path / "run", SICK, **options)
    assert first.train()
    assert first.guard.roll_back() == 0
    # Killed right after the roll-back, and again some steps later.
    second = ToyRun(tmp_path / "run", SICK, **options)
    assert second.guard.resume() == 0
    assert not second.train(0, steps=7)
    third = ToyRun(tmp_path / "run", SICK, **options)
    assert third.guard.resume() == 7
    third.train(7)
    assert third.alarms() == rolled_back.alarms()
    for a, b in zip(third.weights(), rolled_back.weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_kill_between_alarm_and_roll_back_loses_neither(
    rolled_back, tmp_path
):
    options = {"on_alarm": "rollback", "rollback_factor": 1e-6}
    first = ToyRun(tmp_path / "run", SICK, **options)
    assert first.train()
    second = ToyRun(tmp_path / "run", SICK, **options)
    second.guard.begin(second.guard.resume())
    assert second.guard.record.pending
    assert second.guard.roll_back() == 0
    second.train(0)
    assert second.alarms() == rolled_back.alarms()
    for a, b in zip(second.weights(), rolled_back.weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_it_goes_back_to_a_state_from_before_the_trouble(tmp_path):
    run = ToyRun(
        tmp_path / "run", SOUND, on_alarm="rollback", rollback_factor=0.5
    )
    assert not run.train(0, steps=9)
    run.model.target_scale.assign(1e6)
    assert run.train(9)
    # Sick from step 10 on, alarmed at 12, healthy states at 0, 4 and 8.
    assert run.guard.roll_back() == 8
    assert run.model.target_scale.numpy() == 5e5


def test_after_the_last_roll_back_alarms_only_warn(tmp_path):
    run = ToyRun(
        tmp_path / "run",
        SICK,
        on_alarm="rollback",
        rollback_factor=0.99,
        max_rollbacks=1,
    )
    run.to_the_end()
    found = run.alarms()
    assert len(found["rollbacks"]) == 1
    assert [alarm["step"] for alarm in found["alarms"]] == [5, 5]
    assert any("After 1 roll-backs" in line for line in run.lines)


def test_stop_ends_the_run_and_says_so(tmp_path):
    run = ToyRun(tmp_path / "run", SICK, on_alarm="stop")
    run.to_the_end()
    assert run.guard.stopped
    assert run.model.optimizer.iterations == 5


def test_alarms_need_looks():
    with pytest.raises(ValueError, match="--on_alarm=stop needs looks"):
        TrainSettings(on_alarm="stop", health_every=0)


def scores(source):
    return {"source_miou": source, "flip_agreement": 0.8}


def hurt(folder, **changes):
    """A run whose snapshots are worse than before it adapted."""
    run = ToyRun(folder, SOUND, target_delay=4, **changes)
    assert not run.train(0, steps=10)
    run.guard.judge(10, scores(0.5), [scores(0.3)])
    assert run.alarms()["alarms"] == []
    run.guard.judge(10, scores(0.5), [scores(0.3), scores(0.3)])
    (alarm,) = run.alarms()["alarms"]
    assert (alarm["kind"], alarm["step"]) == ("adapting_hurts", 10)
    assert any("ALARM at step 10: Adapting hurts" in x for x in run.lines)
    return run


def test_a_run_that_adapting_hurts_goes_back_to_before_it_adapted(tmp_path):
    run = hurt(tmp_path / "run", on_alarm="rollback", rollback_factor=0.5)
    assert run.model.stop_training
    # Healthy states at 0, 4, 8; adapting began after step 4.
    assert run.guard.roll_back() == 4
    assert run.model.target_scale.numpy() == 0.5
    assert not run.train(4)


def test_a_warning_that_adapting_hurts_changes_nothing(tmp_path):
    run = hurt(tmp_path / "run")
    assert not run.model.stop_training
    assert run.guard.roll_back() is None


def test_a_run_that_was_never_source_only_has_nothing_to_be_held_against(
    tmp_path,
):
    run = ToyRun(tmp_path / "run", SOUND)
    run.train(0, steps=4)
    run.guard.judge(4, None, [scores(0.3), scores(0.3)])
    assert run.alarms()["alarms"] == []


@pytest.mark.slow
def test_a_whole_run_is_held_against_its_source_only_beginning(
    tmp_path, monkeypatch
):
    """Every moment is made to look worse, and nothing else amiss."""
    toy_backbone.register()
    monkeypatch.setattr(baseline, "loss", lambda before, now: 0.2)
    # The tiny segmenter sees one class everywhere.
    monkeypatch.setattr(record, "alarms", lambda looks, prior: [])
    settings = dataclasses.replace(
        TINY,
        run=str(tmp_path / "run"),
        backbone="tiny",
        steps=6,
        snapshots=3,
        target_delay=3,
        checkpoint_every=1,
        health_every=1,
        on_alarm="rollback",
        max_rollbacks=1,
        judge_at="logits",
        spectral_norm=True,
    )
    lines = []
    assert training_command.run(settings, lines.append) == 0
    found = json.loads((tmp_path / "run" / "alarms.json").read_text())
    # Moments at 2 and, added, at 3; then 4 and 6, both worse.
    kinds = [(a["kind"], a["step"]) for a in found["alarms"]]
    assert kinds == [("adapting_hurts", 6)] * 2
    assert [r["to_step"] for r in found["rollbacks"]] == [3]
    selection = json.loads((tmp_path / "run" / "selection.json").read_text())
    steps = {c["step"] for c in selection["candidates"]}
    assert steps == {2, 3, 4, 6}
