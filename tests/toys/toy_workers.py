"""Starts the workers of one training on this machine, and ends them all."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

TESTS = Path(__file__).parent
SECONDS = 240
"""Longer than any of these runs takes on a busy machine."""


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def tf_config(ports: list[int], index: int) -> str:
    """TF_CONFIG of one worker."""
    addresses = [f"127.0.0.1:{port}" for port in ports]
    return json.dumps(
        {
            "cluster": {"worker": addresses},
            "task": {"type": "worker", "index": index},
        }
    )


@contextlib.contextmanager
def started(commands: list[list], folder: Path):
    """Runs one command a worker; all have ended when this has.

    Yields:
        The processes; `output_of` reads what they wrote.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ports = free_ports(len(commands))
    processes = []
    try:
        for index, command in enumerate(commands):
            environment = os.environ | {
                "TF_CONFIG": tf_config(ports, index),
                "CUDA_VISIBLE_DEVICES": "-1",
            }
            # Commands are quiet as long as it is not set.
            environment.pop("TF_CPP_MIN_LOG_LEVEL", None)
            with open(folder / f"worker_{index}.txt", "w") as output:
                processes.append(
                    subprocess.Popen(
                        [sys.executable, *map(str, command)],
                        env=environment,
                        stdout=output,
                        stderr=subprocess.STDOUT,
                    )
                )
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def output_of(folder: Path, index: int) -> str:
    """What a worker wrote, to both of its outputs."""
    return (folder / f"worker_{index}.txt").read_text(errors="replace")


def run_all(commands: list[list], folder: Path) -> list[int]:
    """Runs one command a worker; returns their exit statuses."""
    deadline = time.monotonic() + SECONDS
    with started(commands, folder) as processes:
        return [
            process.wait(max(1, deadline - time.monotonic()))
            for process in processes
        ]
