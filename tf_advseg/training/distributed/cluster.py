"""Who trains together, as the environment variable TF_CONFIG says it.

    TF_CONFIG='{"cluster": {"worker": ["10.0.0.1:2222", "10.0.0.2:2222"]},
                "task": {"type": "worker", "index": 0}}'

Kubeflow's operators set it; deploy/slurm_tf_config.py makes it from SLURM's
variables. The first worker, or the task "chief" if there is one, is the
chief: it alone writes.
"""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from tf_advseg.base.checks import check_choice

TASKS = ("chief", "worker")
_EXAMPLE = (
    '\'{"cluster": {"worker": ["HOST1:2222", "HOST2:2222"]}, '
    '"task": {"type": "worker", "index": 0}}\''
)


@dataclasses.dataclass(frozen=True)
class Cluster:
    """The workers, and which of them this process is.

    Args:
        addresses: HOST:PORT of each, the chief first.
        index: This process's place among them.
    """

    addresses: tuple[str, ...]
    index: int

    def __str__(self) -> str:
        """
        >>> str(Cluster(("a:1", "b:1"), 1))
        'Worker 1 (b:1) of 2, counted from 0'
        """
        where = self.addresses[self.index]
        return (
            f"Worker {self.index} ({where}) of {len(self.addresses)}, "
            "counted from 0"
        )


def read_cluster(environment: Mapping[str, str]) -> Cluster:
    """Reads TF_CONFIG.

    >>> read_cluster({"TF_CONFIG": '{"cluster": {"worker": ["a:1", "b:1"]},'
    ...     '"task": {"type": "worker", "index": 1}}'})
    Cluster(addresses=('a:1', 'b:1'), index=1)

    Args:
        environment: `os.environ`.

    Raises:
        ValueError: If it is missing, cannot be read or fits nothing.
    """
    text = environment.get("TF_CONFIG", "")
    if not text:
        raise ValueError(
            "--strategy=multi_worker needs the environment variable TF_CONFIG "
            f"on each worker, with its own index: TF_CONFIG={_EXAMPLE}."
        )
    try:
        config = json.loads(text)
        tasks = {t: tuple(config["cluster"].get(t, ())) for t in TASKS}
        unknown = sorted(set(config["cluster"]) - set(TASKS))
        task = str(config["task"]["type"])
        index = int(config["task"]["index"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"Cannot read TF_CONFIG={text!r} "
            f"({type(error).__name__}: {error}); expected {_EXAMPLE}."
        ) from None
    if unknown:
        raise ValueError(
            f"TF_CONFIG has tasks of type {', '.join(unknown)}; training "
            f"uses only {' and '.join(TASKS)}."
        )
    check_choice("task type in TF_CONFIG", task, TASKS)
    return Cluster(_addresses(tasks), _index(tasks, task, index))


def _addresses(tasks: Mapping[str, tuple[Any, ...]]) -> tuple[str, ...]:
    if len(tasks["chief"]) > 1:
        raise ValueError(
            f"TF_CONFIG has {len(tasks['chief'])} chiefs; give at most one."
        )
    addresses = tasks["chief"] + tasks["worker"]
    for address in addresses:
        host, _, port = str(address).rpartition(":")
        if not host or not port.isdecimal():
            raise ValueError(
                f"TF_CONFIG has the address {address!r}; expected HOST:PORT."
            )
    if len(set(addresses)) < len(addresses):
        raise ValueError(
            "TF_CONFIG has an address twice; each worker needs its own: "
            f"{', '.join(addresses)}."
        )
    return addresses


def _index(tasks, task: str, index: int) -> int:
    if not 0 <= index < len(tasks[task]):
        raise ValueError(
            f"TF_CONFIG says that this is {task} {index}, but its cluster "
            f"has {len(tasks[task])} of that type, counted from 0."
        )
    return index + (len(tasks["chief"]) if task == "worker" else 0)
