"""Everything that was seen of one split, ready for the checks."""

import dataclasses
import functools
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np

from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.datasets.classes.class_map import identity_class_map
from tf_advseg.datasets.classes.label_table import LabelTable
from tf_advseg.datasets.doctor.finding import CERTAIN
from tf_advseg.datasets.doctor.finding import ERROR
from tf_advseg.datasets.doctor.finding import WARNING
from tf_advseg.datasets.doctor.finding import Finding
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.domains.file_domain import FileDomain
from tf_advseg.datasets.domains.folders.listing import Listing
from tf_advseg.datasets.file_facts import BANDS
from tf_advseg.datasets.file_facts import LabelFacts
from tf_advseg.datasets.file_facts import PairFacts

SOURCE, TARGET, EVALUATION, OTHER = "source", "target", "evaluation", "other"
FEW_LABELS = "target labels"


@dataclasses.dataclass(frozen=True)
class SplitSurvey:
    """What the files of a split show.

    Args:
        domain: The domain.
        split: The split.
        role: What a training does with it: SOURCE, TARGET, EVALUATION,
            FEW_LABELS or OTHER.
        pairs: Facts of each image and its label.
        missing_labels: Images of a labelled split that have none.
        stray_labels: Label files without an image.
        listings: What each folder of the split holds, and what was left out.
        wanted_labels: Where its labels are looked for, as advice.
        shown_elsewhere: Of a source, the classes that other sources show.
    """

    domain: Domain
    split: str
    role: str
    pairs: tuple[PairFacts, ...]
    missing_labels: tuple[str, ...] = ()
    stray_labels: tuple[str, ...] = ()
    listings: Mapping[str, Listing] = dataclasses.field(default_factory=dict)
    wanted_labels: str = ""
    shown_elsewhere: frozenset[str] = frozenset()

    @property
    def where(self) -> str:
        return f"{self.domain.name}/{self.split}"

    @property
    def num_images(self) -> int:
        """Images of the split, whether they were opened or not."""
        return len(self.domain.keys(self.split))

    def finding(
        self,
        severity: str,
        code: str,
        sentence: str,
        advice: str,
        files: Sequence[str] = (),
        confidence: str = CERTAIN,
    ) -> Finding:
        """Returns a finding in this split; see `Finding`."""
        about = (sentence, advice, tuple(files), confidence)
        return Finding(severity, code, self.where, *about)

    error = functools.partialmethod(finding, ERROR)
    warning = functools.partialmethod(finding, WARNING)

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.domain.class_set.names

    @functools.cached_property
    def table(self) -> LabelTable:
        """From raw codes to train ids."""
        if isinstance(self.domain, FileDomain):
            return self.domain.label_table
        return identity_class_map(self.domain.class_set).table

    @property
    def labels(self) -> Iterator[LabelFacts]:
        """The labels that could be measured, of the kind that is read."""
        for pair in self.labelled_pairs:
            if pair.label is not None:
                yield pair.label

    @functools.cached_property
    def labelled_pairs(self) -> tuple[PairFacts, ...]:
        """The pairs whose label is of the kind that the domain reads."""
        return tuple(
            pair
            for pair in self.pairs
            if pair.label is not None
            and pair.label.codes is not None
            and pair.label.holds_colours == self.table.of_colours
        )

    @functools.cached_property
    def class_counts(self) -> np.ndarray:
        """Pixels of each train id in all labels, `(256,)`; unknown ones are
        ignored."""
        counts = np.zeros(256, np.int64)
        for label in self.labels:
            counts += train_id_counts(label, self.table)
        return counts

    @functools.cached_property
    def shares(self) -> np.ndarray | None:
        """Share of each class in the labelled pixels, or None without."""
        counts = self.class_counts[: len(self.class_names)]
        return counts / counts.sum() if counts.any() else None

    @property
    def shown(self) -> set[str]:
        """The classes that some label shows."""
        found = zip(self.class_names, self.class_counts, strict=False)
        return {name for name, pixels in found if pixels}

    @property
    def ignored_share(self) -> float | None:
        """Share of ignored pixels; None without labels."""
        total = self.class_counts.sum()
        return self.class_counts[IGNORE_LABEL] / total if total else None


def balance_gap(one: SplitSurvey, other: SplitSurvey) -> float:
    """Returns the total variation of the class shares of two splits.

    sum |p - q| / 2: the share of pixels that would have to change class for
    the balances to be equal, 0 to 1.

    Args:
        one: A split with labels.
        other: Another, of the same classes.
    """
    assert one.shares is not None and other.shares is not None
    return float(np.abs(one.shares - other.shares).sum() / 2)


def train_id_counts(label: LabelFacts, table: LabelTable) -> np.ndarray:
    """Returns the pixels of each train id of a label, int64 `(256,)`."""
    counts = np.zeros(256, np.int64)
    for code, pixels in label.totals.items():
        counts[table.train_ids.get(code, IGNORE_LABEL)] += pixels
    return counts


def band_counts(label: LabelFacts, table: LabelTable) -> np.ndarray:
    """Returns the pixels of each train id by band, int64 `(256, BANDS)`."""
    counts = np.zeros((256, BANDS), np.int64)
    codes, counts_of_codes = label.counted
    for code, bands in zip(codes.tolist(), counts_of_codes, strict=True):
        counts[table.train_ids.get(code, IGNORE_LABEL)] += bands
    return counts
