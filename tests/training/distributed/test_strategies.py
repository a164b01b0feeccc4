"""Every strategy by its name; what cannot be had is said in a sentence."""

import dataclasses

import pytest
import tensorflow as tf
from toy_settings import TINY

from tf_advseg.base.conventions import STRATEGIES
from tf_advseg.commands import train as training_command
from tf_advseg.settings.parts import multi_worker as multi_worker_settings
from tf_advseg.training.distributed.strategies import check_batch_size
from tf_advseg.training.distributed.strategies import make_strategy
from tf_advseg.training.distributed.workers import Workers

MULTI = dataclasses.replace(TINY, strategy="multi_worker", run="run")


def fails(settings, message):
    with pytest.raises(ValueError, match=message) as caught:
        training_command.run(settings, lambda line: None)
    assert "\n" not in str(caught.value)


def test_one_machine_has_one_worker_that_is_the_chief():
    workers = Workers(make_strategy("one_device"))
    assert (workers.index, workers.count, workers.is_chief) == (0, 1, True)
    assert workers.num_devices == 1
    assert workers.gather({"a": 1}) == [{"a": 1}]
    assert workers.any(True)
    assert not workers.any(False)
    assert workers.on_chief(lambda: 3) == 3
    batches = tf.data.Dataset.range(3)
    assert workers.distribute(batches) is batches


def test_an_unknown_strategy_is_named():
    with pytest.raises(ValueError, match="Did you mean 'multi_worker'"):
        make_strategy("multi-worker")
    assert set(STRATEGIES) == {"mirrored", "one_device", "multi_worker", "tpu"}


def test_several_workers_need_tf_config(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    fails(MULTI, "needs the environment variable TF_CONFIG")
    monkeypatch.setenv("TF_CONFIG", "{}")
    fails(MULTI, "Cannot read TF_CONFIG='{}'")


def test_no_tpu_is_said_in_one_sentence():
    settings = dataclasses.replace(TINY, strategy="tpu")
    fails(settings, "found no TPU at 'this machine'.*with --tpu")


def test_an_address_of_a_tpu_needs_its_strategy():
    with pytest.raises(ValueError, match=r"--tpu=t is for --strategy=tpu"):
        dataclasses.replace(TINY, tpu="t")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"run": ""}, "needs --run: one folder that every worker can read"),
        ({"compare": "source_only"}, "run --method=source_only by itself"),
        ({"on_alarm": "rollback"}, "rollback is for one machine"),
    ],
)
def test_what_several_workers_cannot_do_is_refused(changes, message):
    fails(dataclasses.replace(MULTI, **changes), message)


def test_the_comparison_of_its_own_accord_is_left_out():
    multi_worker_settings.check(dataclasses.replace(MULTI, compare="auto"))


def test_folders_may_lie_elsewhere_on_each_machine():
    shared = multi_worker_settings.shared(MULTI)
    assert shared["--seed"] == MULTI.seed
    assert "--run" not in shared
    assert "--cache_dir" not in shared


def test_a_batch_that_cannot_be_divided_is_named():
    check_batch_size(6, 3)
    with pytest.raises(ValueError, match=r"among 4 replicas.*4, 8 say"):
        check_batch_size(6, 4)
