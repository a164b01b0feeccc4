"""Which folder of a cache belongs to a split of a domain."""

import json
import logging
import re
from pathlib import Path

import PIL

from tf_advseg.base.checks import DataError
from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.datasets.disk_cache.disk_cache import DiskCache
from tf_advseg.datasets.disk_cache.fingerprint import code_digest
from tf_advseg.datasets.disk_cache.fingerprint import digest
from tf_advseg.datasets.domains.domain import Domain

_CODE = (
    "classes/label_table.py",
    "domains/domain.py",
    "domains/file_domain.py",
    "files/image_files.py",
    "files/png_decoding.py",
    "files/resizing.py",
)
"""The files whose code decides what the pixels of a sample are."""

_logger = logging.getLogger(__name__)


def open_disk_cache(
    cache_dir: str | Path,
    domain: Domain,
    split: str,
    size: tuple[int, int] | None,
    with_labels: bool,
) -> DiskCache | None:
    """Returns the cache of a split's samples, or None if it has none.

    Args:
        cache_dir: The folder of all caches; made if missing.
        domain: The domain.
        split: The split.
        size: (H, W) of the samples; None: each has its own.
        with_labels: Whether samples have labels.

    Raises:
        DataError: If the folder cannot be made.
    """
    known = domain.fingerprint(split, with_labels)
    if known is None:
        _logger.warning(
            "%r cannot tell when it changes, so it is not cached on disk.",
            domain.name,
        )
        return None
    about = {
        "domain": domain.name,
        "split": split,
        "size": list(size) if size else None,
        "with_labels": with_labels,
        "images": len(domain.keys(split)),
        "data": known,
        "pillow": PIL.__version__,
        "code": code_digest(
            *(Path(__file__).parents[1] / name for name in _CODE)
        ),
    }
    text = json.dumps(about, indent=1)
    shape = f"{size[0]}x{size[1]}" if size else "native"
    kind = "labelled" if with_labels else "images"
    name = re.sub(r"\W+", "_", domain.name)
    prefix = f"{name}-{split}-{shape}-{kind}-"
    folder = Path(cache_dir) / f"{prefix}{digest([text])[:12]}"
    _make(folder, text)
    _name_the_outdated(folder, prefix)
    return DiskCache(folder)


def _make(folder: Path, about: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_path(folder / "about.json") as temporary:
            temporary.write_text(about, encoding="utf-8")
    except OSError as error:
        raise DataError(
            f"The cache folder {str(folder)!r} cannot be made "
            f"({error.strerror}); give another --cache_dir."
        ) from error


def _name_the_outdated(folder: Path, prefix: str) -> None:
    others = [p for p in folder.parent.glob(f"{prefix}*") if p != folder]
    if others:
        _logger.warning(
            "%s: of other data, or of other code, than %s; remove it if you "
            "do not go back to that.",
            ", ".join(str(path) for path in sorted(others)),
            folder.name,
        )
