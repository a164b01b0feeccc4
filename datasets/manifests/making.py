"""Makes the manifest of a domain's split."""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.base.progress import Progress
from tf_advseg.base.progress import watched
from tf_advseg.datasets.domains.composed.mixture import Mixture
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.domains.file_domain import FileDomain
from tf_advseg.datasets.domains.native import NativeDomain
from tf_advseg.datasets.manifests.hash_cache import HashCache
from tf_advseg.datasets.manifests.manifest import Entry
from tf_advseg.datasets.manifests.manifest import Manifest
from tf_advseg.datasets.manifests.manifest import Pair
from tf_advseg.datasets.manifests.manifest import joined
from tf_advseg.datasets.manifests.manifest import make_manifest

Hashes = Mapping[str, tuple[int, str]]
"""Size and SHA-256 of files by `str` of their path."""


def manifest_of(
    domain: Domain,
    split: str,
    hashes: Hashes | None = None,
    make_progress: Callable[[int], Progress | None] = lambda total: None,
    reads_all: bool = False,
) -> Manifest:
    """Returns what the data of a split is.

    Files that were hashed before and have their size and time still are not
    read.

    Args:
        domain: The domain.
        split: The split.
        hashes: What is known already of all its files; not of a mixture's.
        make_progress: From the number of files to what is told of each.
        reads_all: Read them all the same.

    Raises:
        DataError: If the split has no images.
        ValueError: If there is no such split.
    """
    about = {"name": domain.name, "split": split, **_facts(domain)}
    if isinstance(domain, Mixture):
        return joined(
            {
                part.name: manifest_of(
                    part.domain,
                    split,
                    make_progress=make_progress,
                    reads_all=reads_all,
                )
                for part in domain.parts_with(split)
            },
            about,
        )
    if not isinstance(domain, FileDomain):
        keys = domain.keys(split)
        recipe = domain.recipe(split) or {"num_images": len(keys)}
        return Manifest(recipe=recipe, about=about)
    triples = list(domain.pair_files(split))
    if hashes is None:
        files = [path for _, *pair in triples for path in pair if path]
        progress = make_progress(len(files))
        hashes = _hash(domain, files, progress, reads_all)
    labelled = domain.has_labels(split)
    return make_manifest(
        _pairs(domain, triples, hashes),
        class_map_values(domain) if labelled else None,
        about,
    )


def class_map_values(domain: FileDomain) -> dict[str, Any]:
    """Returns what labels mean: classes in order, and the codes of each."""
    table = domain.label_table
    codes: dict[int, list[int]] = {}
    for code, train_id in sorted(table.train_ids.items()):
        codes.setdefault(train_id, []).append(code)
    return {
        "labels_are": "colours" if table.of_colours else "ids",
        "classes": [
            [name, codes.get(train_id, [])]
            for train_id, name in enumerate(domain.class_set.names)
        ],
        "ignored": codes.get(IGNORE_LABEL, []),
        "unknown": "ignore" if table.ignore_unknown else "error",
    }


def _hash(
    domain: FileDomain,
    files: list,
    progress: Progress | None,
    reads_all: bool,
) -> Hashes:
    cache = HashCache(domain.root, reads_all=reads_all)
    found = list(watched(cache.hash_all(files), progress))
    cache.save()
    return {str(f): facts for f, facts in zip(files, found, strict=True)}


def _pairs(domain: FileDomain, triples, hashes: Hashes) -> Iterator[Pair]:
    def entry(path) -> Entry:
        inside = PurePosixPath(path.relative_to(domain.root)).as_posix()
        return Entry(inside, *hashes[str(path)])

    for _, image, label in triples:
        yield entry(image), entry(label) if label else None


def _facts(domain: Domain) -> dict[str, Any]:
    """Licence and origin, where they are known."""
    if not isinstance(domain, NativeDomain):
        return {}
    return {
        "title": domain.data.title,
        "licence": domain.data.licence,
        "url": domain.data.register,
        "creators": list(domain.data.creators),
    }
