"""What the gate measured of an artefact, and whether that is good enough."""

import dataclasses
from typing import Any

import numpy as np

from tf_advseg.settings.export import Thresholds


@dataclasses.dataclass(frozen=True)
class Finding:
    """The gate's findings of one artefact.

    Attributes:
        name: Of its file or folder.
        made_by: "tensorflow", "converter" or "litert-quantizer".
        precision: "float32", "float16", "dynamic" or "int8".
        size: (H, W) of its images; None takes any.
        megabytes: On the disk, 10^6 bytes.
        agreement: Percent of pixels with Keras' class.
        miou: Percent, or None without labels.
        miou_change: Points of mIoU against Keras on the same pixels.
        iou_change: The same by class, None where a class does not occur.
        latency: Milliseconds an image: p50, p90, p99.
        peak_memory_mb: Of a process that runs nothing else.
        stages: Relative error of each stage against Keras, or None where it
            cannot be compared.
        first_diverging: The first stage beyond its tolerance, or None.
        operators: Of a `.tflite`: how often each occurs.
        partitions: Of a `.tflite`: parts that XNNPACK took over.
        faults: What must not be in it, whatever it predicts.
    """

    name: str
    made_by: str
    precision: str
    size: tuple[int, int] | None
    megabytes: float
    agreement: float
    miou: float | None
    miou_change: float | None
    iou_change: dict[str, float | None] | None
    latency: dict[str, float]
    peak_memory_mb: float
    stages: dict[str, float | None]
    first_diverging: str | None
    operators: dict[str, int] | None
    partitions: int | None
    faults: tuple[str, ...]

    @property
    def rank(self) -> tuple:
        """Orders ways to make the same artefact; the largest is kept.

        Labels have no say: the classes that Keras has are the measure.
        """
        return (not self.faults, self.partitions == 1, self.agreement)

    def reasons(self, thresholds: Thresholds) -> list[str]:
        """Sentences on why it may not be published; none if it may."""
        reasons = [f"It contains {fault}." for fault in self.faults]
        if self.name.startswith("saved_model") or self.precision == "float32":
            least = thresholds.exact_agreement
        elif self.precision == "float16":
            least = thresholds.float16_agreement
        elif self.miou_change is None:
            least = thresholds.quantised_agreement
        else:
            least = None
            if not self.miou_change >= -thresholds.quantised_miou_drop:
                reasons.append(
                    f"It loses {-self.miou_change:.2f} points of mIoU; at "
                    f"most {thresholds.quantised_miou_drop} may be lost."
                )
        if least is not None and not self.agreement >= least:
            reasons.append(
                f"Its classes agree with Keras' on {self.agreement:.4f} % of "
                f"the pixels; at least {least} % were expected."
            )
        if reasons and self.first_diverging:
            reasons.append(f"It first departs in its {self.first_diverging}.")
        return reasons

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON values."""
        values = dataclasses.asdict(self)
        return {key: _plain(value) for key, value in values.items()}


TOLERANCES = {"float32": 1e-3, "float16": 1e-2, "dynamic": 0.15, "int8": 0.3}
"""Relative errors of a stage beyond which it counts as departing: above what
rounding explains at that precision, far below what a mistake makes."""


def first_diverging(
    stages: dict[str, float | None], precision: str, agreement: float
) -> str | None:
    """The first stage, in the order of computation, beyond its tolerance.

    Args:
        stages: Relative errors, in order.
        precision: Chooses the tolerance.
        agreement: Percent of pixels; "classes" departs if all before it
            agrees and this does not.
    """
    tolerance = TOLERANCES[precision]
    for name, error in stages.items():
        allowed = 0.0 if name == "resized" else tolerance
        if error is not None and error > allowed:
            return name
    return "classes" if agreement < 95 else None


def _plain(value):
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, float) and np.isnan(value):
        return None
    return value
