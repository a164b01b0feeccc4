"""Looks at a split: opens its files in several processes."""

from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.base.progress import Progress
from tf_advseg.base.progress import watched
from tf_advseg.datasets.archives import ArchivePath
from tf_advseg.datasets.classes.statistics import evenly_spaced
from tf_advseg.datasets.doctor.split_survey import SplitSurvey
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.domains.file_domain import FileDomain
from tf_advseg.datasets.file_facts import PairFacts
from tf_advseg.datasets.file_facts import PairTask
from tf_advseg.datasets.file_facts import array_facts
from tf_advseg.datasets.file_facts import scan
from tf_advseg.datasets.file_facts import unreadable_facts


def survey(
    domain: Domain,
    split: str,
    role: str,
    *,
    most: int | None = None,
    processes: int = 0,
    make_progress: Callable[[int], Progress | None] = lambda total: None,
) -> SplitSurvey:
    """Opens every image and label of a split, or some of them, once.

    Files are opened in other processes; images that are drawn, here.

    Args:
        domain: The domain.
        split: The split.
        role: What a training does with it (`split_survey.SOURCE`, ...).
        most: Images of files to open at most, evenly spread; None: all.
        processes: How many; 0: one a core.
        make_progress: From the number of images to what is told of each.

    Raises:
        DataError: If the split has no images or cannot be listed.
        ValueError: If there is no such split.
    """
    if not isinstance(domain, FileDomain):
        progress = make_progress(len(domain.keys(split)))
        pairs = tuple(watched(_drawn(domain, split), progress))
        return SplitSurvey(domain, split, role, pairs)
    kind = domain.label_table.labels_are
    tasks = [
        PairTask(key, _place(image), label and _place(label), kind)
        for key, image, label in evenly_spaced(
            list(domain.pair_files(split)), most
        )
    ]
    if isinstance(domain.root, ArchivePath):
        processes = 1  # Its index would travel with every file.
    pairs = scan(tasks, processes, make_progress(len(tasks)))
    labelled = domain.has_labels(split)
    return SplitSurvey(
        domain,
        split,
        role,
        tuple(pairs),
        tuple(domain.missing_labels(split)) if labelled else (),
        tuple(str(path) for path in domain.stray_labels(split)),
        domain.listings(split),
        domain.wanted_labels(split),
    )


def _place(path: Path | ArchivePath) -> str | ArchivePath:
    return path if isinstance(path, ArchivePath) else str(path)


def _drawn(domain: Domain, split: str) -> Iterator[PairFacts]:
    for key in domain.keys(split):
        try:
            image = domain.read_image(key)
            has_label = domain.has_labels(split)
            label = domain.read_label(key) if has_label else None
        except DataError as error:
            yield unreadable_facts(key, error)
        else:
            yield array_facts(key, image, label)
