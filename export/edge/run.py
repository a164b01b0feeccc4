"""The loop: frames in, pictures and the drift signal out."""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Callable
from collections.abc import Iterable
from typing import Any

import numpy as np

from .errors import EdgeError
from .images.frames import Frame
from .network import Network
from .network import Prediction
from .watching.drift import DriftMonitor
from .watching.latency import Latency
from .watching.statistics import Statistics
from .writing import PredictionWriter

_SHOWN_FAULTS = 20

PredictFrame = Callable[[np.ndarray], "tuple[np.ndarray, list[Prediction]]"]


@dataclasses.dataclass
class Run:
    """What is done with every frame, and the counts so far.

    Args:
        predict: Makes the class map of an image of any size, uint8 (H, W),
            and the predictions of its pieces.
        emit: Takes each line of the machine-readable output.
        writer: Writes pictures; None writes none.
        monitor: Compares with a reference; None does not.
        recorded: Statistics for a new reference; None records none.
        limit: Frames after which it ends; None is no limit.
    """

    predict: PredictFrame
    emit: Callable[[dict[str, Any]], None]
    writer: PredictionWriter | None = None
    monitor: DriftMonitor | None = None
    recorded: Statistics | None = None
    limit: int | None = None

    def __post_init__(self):
        self.num_predicted = 0
        self.num_skipped = 0
        self._network_latency = Latency()
        self._frame_latency = Latency()

    def process(self, frames: Iterable[Frame]) -> None:
        """Predicts frames until they end or the limit is reached."""
        if self.limit == 0:
            return
        for frame in frames:
            self._process_or_skip(frame)
            if self.num_predicted + self.num_skipped == self.limit:
                return

    def _process_or_skip(self, frame):
        if frame.image is None:
            self.num_skipped += 1
            if self.num_skipped <= _SHOWN_FAULTS:
                print(f"skipped: {frame.fault}", file=sys.stderr)
            return
        began = time.perf_counter()
        classes, predictions = self.predict(frame.image)
        self._network_latency.add(time.perf_counter() - began)
        if self.writer:
            self.writer.write(frame.name, frame.image, classes)
        if self.recorded:
            self.recorded.add(predictions)
        if self.monitor:
            self._emit_drift(self.monitor.add(predictions))
        self.num_predicted += 1
        self._frame_latency.add(time.perf_counter() - began)

    def _emit_drift(self, line):
        if line:
            self.emit({**line, "frames": self.num_predicted + 1})

    def finish(self) -> None:
        """Emits what is left of the last interval, and the summary."""
        line = self.monitor.finish() if self.monitor else None
        if line:
            self.emit({**line, "frames": self.num_predicted})
        summary = {
            "event": "summary",
            "predicted": self.num_predicted,
            "skipped": self.num_skipped,
            "drift_alarms": self.monitor.num_alarms if self.monitor else None,
            "milliseconds": {
                "predict": self._network_latency.to_dict(),
                "predict_and_write": self._frame_latency.to_dict(),
            },
        }
        peak = peak_memory_mib()
        if peak is not None:
            summary["peak_memory_mib"] = peak
        self.emit(summary)


def warm_up(network: Network, size: tuple[int, int], times: int) -> None:
    """Runs the network on grey, so that no first inference is measured."""
    if times < 0:
        raise EdgeError(f"Expected --warm-up >= 0; received {times}.")
    grey = np.full((*size, 3), 128, np.uint8)
    for _ in range(times):
        network.predict(grey)


def peak_memory_mib() -> float | None:
    """The most memory this process has had so far; None where unknown."""
    try:
        import resource
    except ImportError:  # Windows has no such module.
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # macOS counts bytes, Linux kibibytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return round(peak / unit, 1)
