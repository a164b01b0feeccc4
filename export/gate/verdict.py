"""What the gate measured of an artefact, and whether that is good enough."""

import dataclasses
from collections.abc import Sequence
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
        batch_pixels: Pixels that it was also asked for in a batch.
        batch_differing: Those that have another class there than alone.
        miou_interval: Where 95 % of the mIoUs of other draws of the images
            lie, in percent; None without labels.
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
    batch_pixels: int = 0
    batch_differing: int = 0
    miou_interval: tuple[float, float] | None = None

    @property
    def batch_agreement(self) -> float:
        """Percent of pixels with the class in a batch that they have alone."""
        if not self.batch_pixels:
            return 100.0
        return 100 * (1 - self.batch_differing / self.batch_pixels)

    @property
    def rank(self) -> tuple:
        """Orders ways to make the same artefact that all pass, or all fail.

        Labels have no say: the classes that Keras has are the measure.
        """
        return (not self.faults, self.partitions == 1, self.agreement)

    def reasons(self, thresholds: Thresholds) -> list[str]:
        """Sentences on why it may not be published; none if it may."""
        reasons = [f"It contains {fault}." for fault in self.faults]
        name, least = self.wanted_agreement(thresholds)
        drop, change = thresholds.quantised_miou_drop, self.miou_change
        if not name and change is not None and not change >= -drop:
            reasons.append(
                f"It loses {-change:.2f} points of mIoU; at most {drop} may "
                "be lost."
            )
        if name and not self.agreement >= least:
            reasons.append(
                f"Its classes agree with Keras' on {self.agreement:.4f} % of "
                f"the pixels; at least {least} % were expected."
            )
        if not self.batch_agreement >= thresholds.exact_agreement:
            reasons.append(
                f"{self.batch_note()}; at least "
                f"{thresholds.exact_agreement} % must not."
            )
        if reasons and self.first_diverging:
            reasons.append(f"It first departs in its {self.first_diverging}.")
        return reasons

    def wanted_agreement(self, thresholds: Thresholds) -> tuple[str, float]:
        """The limit of its kind and its value; "" where mIoU is the limit."""
        if self.name.startswith("saved_model") or self.precision == "float32":
            return "exact_agreement", thresholds.exact_agreement
        if self.precision == "float16":
            return "float16_agreement", thresholds.float16_agreement
        if self.miou_change is None:
            return "quantised_agreement", thresholds.quantised_agreement
        return "", 0.0

    def batch_note(self) -> str:
        """Says on how many pixels a batch differs from its images, if any."""
        if not self.batch_differing:
            return ""
        return (
            f"In a batch {self.batch_differing:,} of {self.batch_pixels:,} "
            "pixels have another class than alone"
        )

    def parts_note(self) -> str:
        """Says what a network costs that XNNPACK does not take whole, if so."""
        if self.partitions is None or self.partitions == 1:
            return ""
        told = (
            f"XNNPACK runs it in {self.partitions} parts, and other operations "
            "between them, which takes time: compare the milliseconds"
            if self.partitions
            else "XNNPACK, the fast way on most devices, runs none of it"
        )
        if self.precision == "int8":
            told += (
                ". Attention and layer normalisation leave 8 bits each time, "
                "if it has some; tflite_float16 agrees better"
            )
        return told

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON values."""
        values = dataclasses.asdict(self)
        return {key: _plain(value) for key, value in values.items()}


def makers_of_the_best(
    findings: Sequence[Finding], thresholds: Thresholds
) -> dict[str, str]:
    """Who made the artefact that is kept, of each name.

    One that may be published comes before one that may not.
    """
    best = {}
    for finding in findings:
        place = (not finding.reasons(thresholds), *finding.rank)
        if finding.name not in best or place > best[finding.name][0]:
            best[finding.name] = (place, finding.made_by)
    return {name: made_by for name, (_, made_by) in best.items()}


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
