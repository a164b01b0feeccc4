"""Prints TF_CONFIG of one task of a SLURM job: one worker a machine.

    TF_CONFIG=$(python deploy/slurm_tf_config.py node1 node2) python -m ...

The hosts are what `scontrol show hostnames` says; which of them this is, and
the port, come from the variables that `srun` sets.
"""

import json
import os
import sys
from collections.abc import Mapping
from collections.abc import Sequence


def tf_config(environment: Mapping[str, str], hosts: Sequence[str]) -> str:
    """TF_CONFIG for the task that `environment` is of.

    >>> tf_config({"SLURM_PROCID": "1", "SLURM_NTASKS": "2",
    ...     "SLURM_JOB_ID": "7"}, ["a", "b"])[:45]
    '{"cluster": {"worker": ["a:20007", "b:20007"]'

    Args:
        environment: Has SLURM_PROCID, SLURM_NTASKS and SLURM_JOB_ID.
        hosts: All machines of the job, in SLURM's order.

    Raises:
        ValueError: If a variable is missing, or there is not one task a host.
    """
    names = ("SLURM_PROCID", "SLURM_NTASKS", "SLURM_JOB_ID")
    missing = [name for name in names if not environment.get(name)]
    if missing:
        raise ValueError(
            f"{', '.join(missing)} is not set; start this with srun."
        )
    index, count, job = (int(environment[name]) for name in names)
    if count != len(hosts):
        raise ValueError(
            f"There are {count} tasks on {len(hosts)} machines; give "
            "--ntasks-per-node=1: a worker uses all GPUs of its machine."
        )
    # Jobs that share a machine must not meet on one port.
    port = 20000 + job % 20000
    return json.dumps(
        {
            "cluster": {"worker": [f"{host}:{port}" for host in hosts]},
            "task": {"type": "worker", "index": index},
        }
    )


if __name__ == "__main__":
    try:
        print(tf_config(os.environ, sys.argv[1:]))
    except ValueError as error:
        sys.exit(f"error: {error}")
