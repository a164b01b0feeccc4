"""Who plays the source's part in a run's training, and who the target's."""

import dataclasses
import logging
from typing import TYPE_CHECKING
from typing import Any

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.classes.class_count_file import split_class_counts
from tf_advseg.datasets.classes.statistics import ClassStatistics
from tf_advseg.datasets.classes.statistics import class_statistics
from tf_advseg.datasets.domains.composed.mixture import Mixture
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.experiment.data import few_labels
from tf_advseg.experiment.data import no_source
from tf_advseg.methods.intrada import IntraDA
from tf_advseg.methods.method import Method
from tf_advseg.runs import easy_and_hard
from tf_advseg.settings.train import TrainSettings

_logger = logging.getLogger(__name__)

if TYPE_CHECKING:  # It asks for the roles itself.
    from tf_advseg.experiment.making import Domains


@dataclasses.dataclass(frozen=True)
class Roles:
    """What is trained on.

    Attributes:
        labelled: Its labels are learned; None without a source.
        labelled_split: Which of its splits.
        unlabelled: Its labels are never read.
        unlabelled_split: Which of its splits.
        has_source: Whether the labelled images are the source's.
        few: Labelled images of the target beside `labelled`, if any.
        few_share: Share of a batch's labelled images that are theirs.
        run: The run's folder.
    """

    labelled: Domain | None
    labelled_split: str
    unlabelled: Domain
    unlabelled_split: str
    has_source: bool
    few: Domain | None = None
    few_share: float = 0.0
    run: str = ""

    def num_few(self, batch_size: int) -> int:
        """How many of a batch's labelled images are the target's.

        Raises:
            ValueError: If there is no room for both.
        """
        if self.few is None:
            return 0
        if self.labelled is None:
            return batch_size
        if batch_size < 2:
            raise ValueError(
                "--target_labels needs room beside the source in each batch; "
                f"give --batch_size=2 at least, not {batch_size}."
            )
        return min(max(1, round(self.few_share * batch_size)), batch_size - 1)

    @property
    def labels(self) -> list[tuple[Domain, str, float]]:
        """What is learned from: domain, split, share of the labels."""
        found = []
        if self.labelled is not None:
            split, share = self.labelled_split, 1.0 - self.few_share
            if isinstance(self.labelled, Mixture):
                parts = self.labelled.parts_with(split)
                found += [(p.domain, split, share * p.share) for p in parts]
            else:
                found.append((self.labelled, split, share))
        if self.few is not None:
            found.append((self.few, few_labels.SPLIT, self.few_share))
        return found

    def expected_shares(self, most: int | None = None) -> ClassStatistics:
        """Which classes there should be: those of the labels, or else of
        what the start predicts.

        Args:
            most: Labels to read; None: all.

        Raises:
            DataError: If a label cannot be read.
        """
        if self.labelled is None:
            return no_source.start_shares(self.run)
        return class_statistics(self.labelled, self.labelled_split, most)


def learned_counts(roles: Roles, cache_dir: str | None) -> np.ndarray:
    """Pixels of each class as often as they are learned, `(C,)` or `(N, C)`.

    Args:
        roles: Of the run.
        cache_dir: See `split_class_counts`.
    """
    counts, shares = [], []
    for domain, split, share in roles.labels:
        _logger.info("Counting the classes of each label of %r.", domain.name)
        counts.append(split_class_counts(domain, split, cache_dir, FaultLog()))
        shares.append(share)
    return mixed_counts(counts, shares)


def mixed_counts(counts: list[np.ndarray], shares: list[float]) -> np.ndarray:
    """Pixels of each class, `(C,)`, as often as they are learned.

    Args:
        counts: `(N, C)` of each domain that is learned from.
        shares: Of the labels that are each one's.
    """
    if len(counts) == 1:
        return counts[0]
    totals = [np.sum(one, axis=0, dtype=float) for one in counts]
    parts = [
        share * total / max(total.sum(), 1.0)
        for total, share in zip(totals, shares, strict=True)
    ]
    return np.sum(parts, axis=0)


def roles_of(
    settings: TrainSettings, domains: "Domains", method: Method
) -> Roles:
    """The roles in a run of this method.

    Raises:
        DataError: If the method splits the target, and the run's folder
            does not say how.
        ValueError: If it learns all of the target's labels and is given some.
    """
    source, target = domains.source, domains.target
    split = settings.target_split
    if method.trains_on_target_labels:
        if domains.target_labels is not None:
            raise ValueError(
                f"--method={method.name} learns from all labels of the "
                "target; leave --target_labels out."
            )
        return Roles(target, split, target, split, has_source=False)
    few: dict[str, Any] = {"run": settings.run}
    if domains.target_labels is not None:
        few["few"] = domains.target_labels
        few["few_share"] = settings.target_labels_share
    if isinstance(method, IntraDA):
        parts = easy_and_hard.read(settings.run)
        if parts is None:
            raise DataError(
                f"{settings.run!r} does not say which images of the target "
                "are easy: it was not prepared, see `ranking.prepare`."
            )
        easy, hard = parts.domains(target, split)
        return Roles(easy, split, hard, split, has_source=False, **few)
    if not domains.has_source:
        return Roles(None, "", target, split, has_source=False, **few)
    return Roles(
        source, settings.source_split, target, split, has_source=True, **few
    )
