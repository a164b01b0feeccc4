"""Pixels of each class in each label of a split, counted once and kept."""

import logging
from pathlib import Path

import numpy as np

from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.base.files.user_cache import cache_folder
from tf_advseg.datasets.classes.statistics import class_counts
from tf_advseg.datasets.disk_cache.fingerprint import digest
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.faults import FaultLog

_logger = logging.getLogger(__name__)


def split_class_counts(
    domain: Domain,
    split: str,
    cache_dir: str | Path | None = None,
    faults: FaultLog | None = None,
) -> np.ndarray:
    """Returns int64 `(N, C)`, in the order of the split's keys.

    Args:
        domain: A domain.
        split: A labelled split of it.
        cache_dir: Where the counts are kept for the next time; None: in the
            user's cache folder.
        faults: As for `class_counts`.
    """
    known = domain.fingerprint(split, True)
    if known is None:
        return class_counts(domain, domain.keys(split), faults)
    folder = Path(cache_dir or cache_folder() / "class_counts")
    path = folder / f"class-counts-{digest([known])[:12]}.npy"
    counts = _read(path)
    if counts is None:
        counts = class_counts(domain, domain.keys(split), faults)
        _write(path, counts)
    return counts


def _read(path: Path) -> np.ndarray | None:
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None


def _write(path: Path, counts: np.ndarray) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(path) as temporary:
            np.save(temporary, counts)
    except OSError as error:
        _logger.warning(
            "The counts of classes cannot be kept in %r (%s): they are "
            "counted again next time.",
            str(path.parent),
            error.strerror,
        )
