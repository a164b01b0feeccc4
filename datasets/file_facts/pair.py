"""Measures an image together with its label."""

import dataclasses
from typing import Any

from tf_advseg.datasets.file_facts.facts import PairFacts
from tf_advseg.datasets.file_facts.image import image_facts
from tf_advseg.datasets.file_facts.label import label_facts
from tf_advseg.datasets.files.picture_modes import IDS


@dataclasses.dataclass(frozen=True)
class PairTask:
    """What to open.

    Args:
        key: The image's key in its domain.
        image: Its path as text, or a file in an archive (`read_bytes`).
        label: The same for its label, or None.
        label_kind: What the domain reads from labels: "ids", "colours", or
            "first_channel" (ids in the first of 16-bit channels).
    """

    key: str
    image: Any
    label: Any = None
    label_kind: str = IDS


def pair_facts(task: PairTask) -> PairFacts:
    """Opens both files of a pair once and returns what they show."""
    image, sample = image_facts(task.image)
    label = None
    if task.label is not None:
        label = label_facts(task.label, task.label_kind, sample)
    return PairFacts(task.key, image, label)
