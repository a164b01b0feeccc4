"""What a report is made of: plain values, no network, no HTML.

`tf_advseg.reporting.build` fills them; the sections show them.
"""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from tf_advseg.evaluation.measurement import AgainstTruth
from tf_advseg.evaluation.measurement import Measurement
from tf_advseg.evaluation.result import Evaluation
from tf_advseg.metrics.bootstrap import Interval

BASELINE_METHOD = "source_only"
ORACLE_METHOD = "target_oracle"


@dataclasses.dataclass(frozen=True, eq=False)
class RunRecord:
    """What a run's folder says; None or empty where it says nothing.

    Attributes:
        path: The folder.
        settings: Of config.json.
        environment: Versions, devices, command.
        curves: `(step, value)` by the number's name.
        recorded: The evaluation at the end of training.
        selection: Of selection.json.
        alarms: Of alarms.json.
        data: Of data.json.
        gate: Of export/gate.json.
        model: The `.keras` file that the report is about.
        chosen_by: Why that file.
        step: After how many updates it was saved.
        problems: Sentences on files that cannot be read.
    """

    path: Path
    settings: dict[str, Any]
    environment: dict[str, Any]
    curves: dict[str, list[tuple[int, float]]]
    recorded: Evaluation | None
    selection: dict[str, Any] | None
    alarms: dict[str, Any] | None
    data: dict[str, Any] | None
    gate: dict[str, Any] | None
    model: Path | None
    chosen_by: str
    step: int | None
    problems: tuple[str, ...] = ()

    @property
    def method(self) -> str:
        """The call string, `advent(...)` say."""
        return str(self.settings.get("method", "?"))

    @property
    def method_name(self) -> str:
        """The method without its options."""
        return self.method.partition("(")[0]

    @property
    def seed(self) -> int:
        return self.settings.get("seed", 0)


@dataclasses.dataclass(frozen=True, eq=False)
class RunFacts:
    """A run and what its segmenter does.

    Attributes:
        record: Its folder.
        source: On held-out source images, or None if they cannot be read.
        target: On held-out target images, or None.
    """

    record: RunRecord
    source: Measurement | None = None
    target: Measurement | None = None

    @property
    def truth(self) -> AgainstTruth | None:
        """How the predictions on the target meet its labels."""
        return None if self.target is None else self.target.truth

    @property
    def iou(self) -> np.ndarray | None:
        """IoU on the target `(C,)`, measured or else recorded."""
        return self._known("iou")

    @property
    def miou(self) -> float | None:
        """mIoU on the target, measured or else recorded."""
        return self._known("miou")

    @property
    def confusion(self) -> np.ndarray | None:
        """Pixel counts on the target `(C, C)`, measured or else recorded."""
        return self._known("confusion")

    def _known(self, name):
        return getattr(self.truth or self.record.recorded, name, None)


@dataclasses.dataclass(frozen=True, eq=False)
class Pair:
    """An adapted run and the source-only run it is held against.

    Attributes:
        adapted: The one.
        baseline: The other, or None if there is none.
        differences: Settings that differ though they should not: name to
            (adapted, baseline).
    """

    adapted: RunFacts
    baseline: RunFacts | None
    differences: dict[str, tuple[Any, Any]]

    def measured(
        self, labelled: bool = False
    ) -> dict[str, dict[str, Measurement]]:
        """Returns what was looked at, by domain and by the model's name.

        Args:
            labelled: Whether only images with labels count.
        """
        runs = {"source-only": self.baseline, "adapted": self.adapted}
        found: dict[str, dict[str, Measurement]] = {}
        for domain in ("source", "target"):
            for name, run in runs.items():
                look = run and getattr(run, domain)
                if look and (look.truth or not labelled):
                    found.setdefault(domain, {})[name] = look
        return found


@dataclasses.dataclass(frozen=True, eq=False)
class Group:
    """The seeds of one method with one set of settings.

    Attributes:
        label: How the report calls it.
        pairs: One a seed.
        gain: mIoU gained over source-only, with its interval, or None.
        class_gains: The same for each class, arrays `(C,)`, or None.
    """

    label: str
    pairs: tuple[Pair, ...]
    gain: Interval | None = None
    class_gains: Interval | None = None

    @property
    def method_name(self) -> str:
        return self.pairs[0].adapted.record.method_name

    @property
    def adapted(self) -> list[RunFacts]:
        """The adapted run of each seed."""
        return [pair.adapted for pair in self.pairs]

    @property
    def baselines(self) -> list[RunFacts | None]:
        """What each is held against."""
        return [pair.baseline for pair in self.pairs]

    @property
    def mious(self) -> list[float]:
        """mIoU of each seed that has one."""
        found = (run.miou for run in self.adapted)
        return [miou for miou in found if miou is not None]


@dataclasses.dataclass(frozen=True)
class View:
    """One way to look at an image: the same picture of both models.

    Attributes:
        title: "Prediction", "Entropy", "Errors".
        before: Data URI of the source-only model's picture, or None.
        after: Data URI of the adapted model's picture.
    """

    title: str
    before: str | None
    after: str


@dataclasses.dataclass(frozen=True)
class ImageCard:
    """An image with both models' views of it.

    Attributes:
        key: Of the image.
        reason: Why it is shown ("largest gain", say).
        before: mIoU or entropy of the source-only model (0-1), or None.
        after: The same of the adapted model.
        size: (height, width) of the pictures, in pixels.
        photo: Data URI of the image.
        truth: Data URI of its labels, or None.
        views: At least one.
    """

    key: str
    reason: str
    before: float | None
    after: float
    size: tuple[int, int]
    photo: str
    truth: str | None
    views: tuple[View, ...]


@dataclasses.dataclass(frozen=True, eq=False)
class Report:
    """All of it.

    Attributes:
        groups: The methods; the first is what the verdict is about.
        oracle: The upper bound, or None.
        baselines: The source-only runs.
        contests: How much more mIoU the first of two methods (labels) has,
            for each pair of methods that could be compared.
        class_names: C names.
        palette: One RGB colour a class.
        cards: Images to look at.
        commands: How to make the runs, and this report, again.
        notes: Sentences on what could not be done.
        made: When and with which version, for the last line.
    """

    groups: tuple[Group, ...]
    oracle: Group | None
    baselines: tuple[RunFacts, ...]
    contests: dict[tuple[str, str], Interval]
    class_names: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]
    cards: tuple[ImageCard, ...]
    commands: dict[str, str]
    notes: tuple[str, ...]
    made: str

    @property
    def main(self) -> Pair:
        """The pair that the detailed sections show."""
        return self.groups[0].pairs[0]
