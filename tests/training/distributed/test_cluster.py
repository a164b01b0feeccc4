"""TF_CONFIG: who is who, and one sentence for each way it can be wrong."""

import json

import pytest

from tf_advseg.training.distributed.cluster import read_cluster


def read(cluster, task):
    config = {"cluster": cluster, "task": task}
    return read_cluster({"TF_CONFIG": json.dumps(config)})


def test_workers_come_after_the_chief():
    tasks = {"worker": ["b:1", "c:1"], "chief": ["a:1"]}
    chief = read(tasks, {"type": "chief", "index": 0})
    assert chief.addresses == ("a:1", "b:1", "c:1")
    assert chief.index == 0
    assert read(tasks, {"type": "worker", "index": 1}).index == 2


def test_without_a_chief_the_first_worker_is_it():
    tasks = {"worker": ["a:1", "b:1"]}
    # Kubeflow writes the index as a number, some scripts as a text.
    assert read(tasks, {"type": "worker", "index": "0"}).index == 0
    assert read(tasks, {"type": "worker", "index": 1}).index == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "needs the environment variable TF_CONFIG on each worker"),
        ("{", "Cannot read TF_CONFIG='{'"),
        ("[]", "Cannot read TF_CONFIG"),
        ('{"cluster": {"worker": ["a:1"]}}', "KeyError: 'task'"),
        (
            '{"cluster": ["a:1"], "task": {"type": "worker", "index": 0}}',
            "Cannot read TF_CONFIG",
        ),
    ],
)
def test_what_cannot_be_read_is_shown_with_an_example(text, message):
    with pytest.raises(ValueError, match=message) as caught:
        read_cluster({"TF_CONFIG": text})
    assert "HOST1:2222" in str(caught.value)


@pytest.mark.parametrize(
    ("cluster", "task", "message"),
    [
        ({"worker": ["a"]}, ("worker", 0), "address 'a'; expected HOST:PORT"),
        ({"worker": ["a:1", "a:1"]}, ("worker", 0), "an address twice"),
        ({"worker": ["a:1"]}, ("worker", 1), "worker 1, but its cluster has 1"),
        ({"worker": ["a:1"]}, ("worker", -1), "worker -1"),
        ({"worker": ["a:1"]}, ("chief", 0), "chief 0, but its cluster has 0"),
        ({"worker": ["a:1"]}, ("wroker", 0), "Did you mean 'worker'"),
        ({"chief": ["a:1", "b:1"]}, ("chief", 0), "2 chiefs; give at most one"),
        (
            {"worker": ["a:1"], "ps": ["b:1"]},
            ("worker", 0),
            "tasks of type ps; training uses only chief and worker",
        ),
    ],
)
def test_what_does_not_fit_is_named(cluster, task, message):
    with pytest.raises(ValueError, match=message):
        read(cluster, {"type": task[0], "index": task[1]})
