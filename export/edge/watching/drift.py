"""The drift signal: does the model still see what it was adapted to?

Needs no labels. Each interval of N frames is compared with the reference
that was measured when the model was exported: the histogram of the images'
mean entropies and the shares of the predicted classes, by their PSI
(`stability`), and, for the reader, mean entropies over all pixels and where
each class is predicted.

An alarm is raised where a PSI exceeds the threshold. For the histogram the
limit is never below what chance alone exceeds once in 1,000 intervals.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import EdgeError
from ..network import Prediction
from .stability import by_chance
from .stability import population_stability_index
from .statistics import Statistics

FEW_IMAGES = 30
"""An interval that ends earlier raises no alarm, whatever it holds: the
classes of three frames say nothing."""


class DriftMonitor:
    """Compares intervals of frames with a reference.

    Args:
        classes: C names.
        reference: As `Statistics.to_reference` makes it.
        interval: Frames an interval.
        threshold: PSI over which there is an alarm.

    Attributes:
        num_alarms: How many intervals raised an alarm.

    Raises:
        EdgeError: If the reference does not fit the classes, or a number is
            out of range.
    """

    def __init__(
        self,
        classes: Sequence[str],
        reference: dict[str, Any],
        interval: int,
        threshold: float,
    ):
        if interval < 1 or not threshold > 0:
            raise EdgeError(
                "Expected a drift interval of at least 1 frame and a "
                f"threshold over 0; received {interval} and {threshold}."
            )
        _check_reference(reference, len(classes))
        self._classes = classes
        self._reference = reference
        self._interval = interval
        self._threshold = threshold
        self._num_intervals = 0
        self.num_alarms = 0
        self._statistics = self._empty()

    def _empty(self):
        edges = self._reference["image_entropy_histogram"]["edges"]
        return Statistics(len(self._classes), edges)

    def add(self, predictions: Sequence[Prediction]) -> dict[str, Any] | None:
        """Counts one frame; returns a line at the end of an interval."""
        self._statistics.add(predictions)
        if self._statistics.num_images < self._interval:
            return None
        return self._line()

    def finish(self) -> dict[str, Any] | None:
        """Ends the last interval early; None if it has no frame."""
        return self._line() if self._statistics.num_images else None

    def _line(self):
        seen = self._statistics
        self._statistics = self._empty()
        self._num_intervals += 1
        line = {
            "event": "drift",
            "interval": self._num_intervals,
            "images": seen.num_images,
            **self._psi(seen),
            **self._values(seen),
        }
        if seen.num_images < min(self._interval, FEW_IMAGES):
            line["alarm"] = False
        self.num_alarms += line["alarm"]
        return line

    def _psi(self, seen):
        expected = self._reference["image_entropy_histogram"]["shares"]
        counts = seen.histogram / seen.num_images
        entropy = population_stability_index(expected, counts)
        classes = population_stability_index(
            self._reference["class_shares"], seen.class_shares
        )
        chance = by_chance(
            len(expected), seen.num_images, self._reference["num_images"]
        )
        limit = max(self._threshold, chance)
        return {
            "alarm": bool(entropy > limit or classes > self._threshold),
            "psi_entropy": round(entropy, 4),
            "limit_entropy": round(limit, 4),
            "psi_classes": round(classes, 4),
            "limit_classes": self._threshold,
        }

    def _values(self, seen):
        return {
            "mean_entropy": round(seen.mean_entropy, 4),
            "reference_mean_entropy": round(self._reference["mean_entropy"], 4),
            "class_shares": self._by_class(seen.class_shares),
            "reference_class_shares": self._by_class(
                self._reference["class_shares"]
            ),
            "entropy_per_class": self._by_class(seen.entropy_per_class),
            "reference_entropy_per_class": self._by_class(
                self._reference["entropy_per_class"]
            ),
        }

    def _by_class(self, values):
        return {
            name: None if value is None else round(float(value), 4)
            for name, value in zip(self._classes, values)
        }


def read_reference(path: str | Path) -> dict[str, Any]:
    """Reads a reference that was recorded on a device.

    Raises:
        EdgeError: If the file is missing or no JSON object.
    """
    try:
        return dict(json.loads(Path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise EdgeError(
            f"The reference {str(path)!r} cannot be read ({error}); expected "
            "a file written by --record-reference."
        ) from error


def _are_numbers(values):
    """Whether they are what JSON calls numbers, none beyond reason."""
    return all(type(v) in (int, float) and abs(v) < 1e15 for v in values)


def _check_reference(reference, num_classes):
    try:
        histogram = reference["image_entropy_histogram"]
        fits = (
            len(reference["class_shares"]) == num_classes
            and len(reference["entropy_per_class"]) == num_classes
            and len(histogram["edges"]) == len(histogram["shares"]) + 1 > 2
            and reference["num_images"] > 0
            and reference["mean_entropy"] >= 0
            and _are_numbers(reference["class_shares"])
            and _are_numbers(
                v for v in reference["entropy_per_class"] if v is not None
            )
            and _are_numbers(histogram["edges"])
            and _are_numbers(histogram["shares"])
            and _are_numbers(
                [reference["num_images"], reference["mean_entropy"]]
            )
        )
    except (KeyError, TypeError, AttributeError):
        fits = False
    if not fits:
        raise EdgeError(
            "The drift reference does not have the statistics of this "
            f"model's {num_classes} classes; record a new one with "
            "--record-reference, or switch the signal off with --drift none."
        )
