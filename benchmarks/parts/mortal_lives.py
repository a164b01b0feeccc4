"""Lives of commands that can be told when to die, and when that may be."""

import dataclasses
import json
import random
import signal
import subprocess
import sys
from pathlib import Path

from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings

SETTINGS = TrainSettings(
    **PLAIN
    | {
        "source": "streets-sim(size=(32, 64), train=4, val=2)",
        "target": "streets-real(size=(32, 64), train=4, val=2)",
        "source_size": "32x64",
        "target_size": "32x64",
        "weights": "none",
        "steps": 8,
        # They share no factor: what waits for a log crosses checkpoints.
        "log_every": 3,
        "health_every": 2,
        "checkpoint_every": 2,
        "eval_every": 4,
        "snapshots": 3,
        "on_alarm": "rollback",
        "select_images": 4,
        "select_source_images": 2,
        "discriminator_width": 8,
        "compare": "none",
    }
)


class Trainer:
    """Trains in processes that can be told when to die.

    Args:
        network: `small`, or `default` for the command's own.
    """

    def __init__(self, network: str = "small"):
        self.network = network
        self._server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.parts.mortal_training"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        self._server.stdout.readline()

    def __enter__(self) -> "Trainer":
        return self

    def __exit__(self, *error) -> None:
        self._server.stdin.close()
        self._server.wait()

    def live_command(
        self,
        arguments: list[str],
        folder: Path,
        signal: int = signal.SIGKILL,
        event: int = 0,
        delay: float = 0.0,
        seconds: float | None = None,
    ) -> dict:
        """Runs a command line to its end or death; says how it ended."""
        return self._send(
            {
                "arguments": arguments,
                "folder": str(folder),
                "log": f"{folder}.log",
                "signal": int(signal),
                "event": event,
                "delay": delay,
                "seconds": seconds,
            }
        )

    def live(
        self,
        run: Path,
        number: int = signal.SIGKILL,
        event: int = 0,
        delay: float = 0.0,
        seconds: float | None = None,
        **changes,
    ) -> dict:
        """Trains to the end or to the death; says how it ended."""
        settings = dataclasses.replace(
            SETTINGS, run=str(run), resume=True, **changes
        )
        return self._send(
            {
                "settings": dataclasses.asdict(settings),
                "network": self.network,
                "log": f"{run}.log",
                "signal": int(number),
                "event": event,
                "delay": delay,
                "seconds": seconds,
            }
        )

    def _send(self, order: dict) -> dict:
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        return json.loads(self._server.stdout.readline())


def events_of(run: Path) -> int:
    """How many events a finished life had."""
    return int(Path(f"{run}.log").read_text().rpartition("events: ")[2])


def moments(
    count: int, events: int, seconds: float, seed: int = 0
) -> list[dict]:
    """Random moments of a life of so many events and seconds."""
    chance = random.Random(seed)
    drawn = []
    for index in range(count):
        if index % 3 == 2:
            drawn.append({"seconds": chance.uniform(0, seconds)})
        else:
            delay = chance.uniform(0, 0.3) if index % 3 else 0.0
            event = chance.randint(1, events)
            drawn.append({"event": event, "delay": delay})
    return drawn
