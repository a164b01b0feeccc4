"""The choice among candidates, and its record `selection.json`."""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from tf_advseg.selection.candidates import RAW
from tf_advseg.selection.candidates import Candidate
from tf_advseg.selection.fused_rank import FUSED
from tf_advseg.selection.fused_rank import Standing
from tf_advseg.selection.fused_rank import fuse
from tf_advseg.selection.scores.table import SCORES

FORMAT = 1
BY_FUSED = "fused"
BY_LAST = "last"
BY_LABELS = "labels"
CHOOSERS = {
    BY_FUSED: "fused label-free score",
    BY_LAST: "last step",
    BY_LABELS: "mIoU on the target's labels, an oracle",
}
"""What `--select` takes, and how the record and the model's file put it."""


@dataclasses.dataclass(frozen=True)
class Choice:
    """Candidates, how they stand, and which one is taken.

    Attributes:
        candidates: All of them, by step.
        scores: Of each candidate.
        standings: Of each candidate.
        mious: Of each on the target's labels (0-1), None if not measured.
        chosen: The position of the one taken.
        chooser: A key of `CHOOSERS`.
    """

    candidates: Sequence[Candidate]
    scores: Sequence[Mapping[str, float | None]]
    standings: Sequence[Standing]
    mious: Sequence[float | None]
    chosen: int
    chooser: str

    @property
    def candidate(self) -> Candidate:
        """The one taken."""
        return self.candidates[self.chosen]

    @property
    def chosen_by(self) -> str:
        """In words."""
        return CHOOSERS[self.chooser]

    def regret(self, position: int) -> float | None:
        """Best mIoU minus that of one candidate, in points (0-100)."""
        mious = [miou for miou in self.mious if miou is not None]
        if len(mious) < len(self.mious):
            return None
        return 100 * (max(mious) - mious[position])

    @property
    def last(self) -> int:
        """The position of the weights after the last step."""
        return max(
            range(len(self.candidates)),
            key=lambda i: (
                self.candidates[i].step,
                self.candidates[i].weights == RAW,
            ),
        )

    def record(self, images: Mapping[str, int]) -> dict[str, Any]:
        """The contents of `selection.json`.

        Args:
            images: How many of each domain the scores were computed on.
        """
        return {
            "format": FORMAT,
            "chosen": self.candidate.file,
            "chosen_by": self.chosen_by,
            "images": dict(images),
            "candidates": [
                {
                    "file": candidate.file,
                    "step": candidate.step,
                    "weights": candidate.weights,
                    "scores": dict(scores),
                    "ranks": standing.ranks,
                    "fused": standing.fused,
                    "is_dropped": standing.is_dropped,
                    "miou": miou,
                }
                for candidate, scores, standing, miou in zip(
                    self.candidates,
                    self.scores,
                    self.standings,
                    self.mious,
                    strict=True,
                )
            ],
            "scores": {
                name: {**dataclasses.asdict(score), "votes": name in FUSED}
                for name, score in SCORES.items()
            },
            "regret": self.regret(self.chosen),
            "last_regret": self.regret(self.last),
        }


def choose(
    candidates: Sequence[Candidate],
    scores: Sequence[Mapping[str, float | None]],
    mious: Sequence[float | None],
    chooser: str = BY_FUSED,
) -> Choice:
    """Takes one candidate.

    Args:
        candidates: At least one.
        scores: Of each, by the names of `SCORES`.
        mious: Of each on the target's labels (0-1); only `labels` uses them.
        chooser: "fused", "last" or "labels".

    Raises:
        ValueError: If `labels` is to choose and an mIoU is missing.
    """
    standings = fuse(scores)
    choice = Choice(candidates, scores, standings, mious, 0, chooser)
    if chooser == BY_LABELS and None in mious:
        raise ValueError(
            "Choosing by labels needs the mIoU of every candidate on labelled "
            "images of the target; choose by 'fused' or 'last' without them."
        )
    values = {
        BY_FUSED: [standing.fused for standing in standings],
        BY_LAST: [i == choice.last for i in range(len(candidates))],
        BY_LABELS: mious,
    }[chooser]
    # Between equals the later one: it has seen more.
    best = max(range(len(values)), key=lambda i: (values[i], i))
    return dataclasses.replace(choice, chosen=best)
