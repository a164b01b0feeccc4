"""What an evaluation found, and its forms: table, JSON, CSV."""

import csv
import dataclasses
import io
import json
from collections.abc import Mapping
from typing import Any
from typing import Self

import numpy as np

from tf_advseg.datasets.classes.class_subsets import subsets_of
from tf_advseg.metrics import iou as metrics
from tf_advseg.metrics import text as metric_text


@dataclasses.dataclass(frozen=True, eq=False)
class Evaluation:
    """The result of `evaluate_segmenter`; IoUs are fractions (0-1).

    Attributes:
        domain: Name of the domain.
        split: Name of the split.
        size: (H, W) the images were resized to, or None for their own.
        class_names: C names.
        confusion: int64 `(C, C)` pixel counts, rows are the truth.
        num_images: How many images were counted.
        faults: The key of each image that was left out, and why.
        parts: Of several domains, the result of each by its name.
    """

    domain: str
    split: str
    size: tuple[int, int] | None
    class_names: tuple[str, ...]
    confusion: np.ndarray
    num_images: int
    faults: dict[str, str]
    parts: Mapping[str, "Evaluation"] = dataclasses.field(default_factory=dict)

    @property
    def iou(self) -> np.ndarray:
        """IoU of each class `(C,)`; NaN where it occurs nowhere."""
        return metrics.iou_per_class(self.confusion)

    @property
    def miou(self) -> float:
        """Mean IoU of the classes that occur."""
        return metrics.mean_iou(self.confusion)

    @property
    def accuracy(self) -> float:
        """Share of the labelled pixels that are right."""
        return metrics.pixel_accuracy(self.confusion)

    def subset_mious(
        self, subsets: dict[str, tuple[str, ...]] | None = None
    ) -> dict[str, float]:
        """Mean IoU over named subsets of the classes.

        Args:
            subsets: Title to class names; by default those subsets of
                Cityscapes (19, 16, 13) that this class set contains.
        """
        subsets = subsets_of(self.class_names) if subsets is None else subsets
        return {
            title: metrics.subset_mean_iou(
                self.confusion, self.class_names, names
            )
            for title, names in subsets.items()
        }

    def table(self, subsets: dict[str, tuple[str, ...]] | None = None) -> str:
        """Returns the IoU table as text, numbers times 100.

        Of several domains there is a row for each below it.
        """
        subsets = subsets_of(self.class_names) if subsets is None else subsets
        table = metric_text.iou_table(self.confusion, self.class_names, subsets)
        return f"{table}\n\n{self._table_of_parts()}" if self.parts else table

    def to_dict(
        self, subsets: dict[str, tuple[str, ...]] | None = None
    ) -> dict[str, Any]:
        """Returns plain JSON values; NaN becomes None."""
        return {
            "domain": self.domain,
            "split": self.split,
            "size": list(self.size) if self.size else None,
            "num_images": self.num_images,
            "miou": _plain(self.miou),
            "accuracy": _plain(self.accuracy),
            "iou": {
                name: _plain(value)
                for name, value in zip(self.class_names, self.iou, strict=True)
            },
            "subsets": {
                title: _plain(value)
                for title, value in self.subset_mious(subsets).items()
            },
            "confusion": self.confusion.tolist(),
            "faults": self.faults,
            **self._parts_as_values(subsets),
        }

    def _parts_as_values(self, subsets) -> dict[str, Any]:
        values = {n: part.to_dict(subsets) for n, part in self.parts.items()}
        return {"domains": values} if values else {}

    def _table_of_parts(self) -> str:
        rows = [
            [n, f"{e.num_images:,}", metric_text.percent(e.miou)]
            for n, e in [*self.parts.items(), ("all of them", self)]
        ]
        return metric_text.aligned([[["domain", "images", "mIoU"]], rows])

    @classmethod
    def from_dict(cls, facts: dict[str, Any]) -> Self:
        """Returns the evaluation that `to_dict` wrote.

        Raises:
            KeyError: If a part of it is missing.
            ValueError: If a part is none: anyone may have written them.
        """
        size = facts["size"]
        found = cls(
            domain=facts["domain"],
            split=facts["split"],
            size=tuple(size) if size else None,
            class_names=tuple(facts["iou"]),
            confusion=np.array(facts["confusion"], np.int64),
            num_images=facts["num_images"],
            faults=facts["faults"],
            parts={
                name: cls.from_dict({**part, "domains": {}})
                for name, part in dict(facts.get("domains", {})).items()
            },
        )
        found._check()
        return found

    def _check(self) -> None:
        classes = len(self.class_names)
        sound = {
            "domain": isinstance(self.domain, str),
            "split": isinstance(self.split, str),
            "size": self.size is None or _are_sizes(self.size),
            "confusion": self.confusion.shape == (classes, classes)
            and not (self.confusion < 0).any(),
            "num_images": type(self.num_images) is int,
            "faults": isinstance(self.faults, dict),
        }
        wrong = [name for name, is_sound in sound.items() if not is_sound]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is not what evaluations have")

    def to_json(self, subsets: dict[str, tuple[str, ...]] | None = None) -> str:
        """Returns `to_dict` as readable JSON text."""
        return json.dumps(self.to_dict(subsets), indent=1)

    def confusion_csv(self) -> str:
        """Returns the pixel counts as CSV with a header row and column."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["truth\\predicted", *self.class_names])
        for name, counts in zip(self.class_names, self.confusion, strict=True):
            writer.writerow([name, *counts.tolist()])
        return text.getvalue()


def _are_sizes(size: tuple[Any, ...]) -> bool:
    return len(size) == 2 and all(type(side) is int for side in size)


def _plain(value):
    return None if np.isnan(value) else float(value)
