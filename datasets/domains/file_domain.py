"""What domains of image and label files share: how one key is read."""

import abc
import logging
from collections.abc import Iterator

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.archives import ArchivePath
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.classes.label_table import LabelTable
from tf_advseg.datasets.disk_cache.fingerprint import digest
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.domains.folders.listing import IN_LABELS
from tf_advseg.datasets.domains.folders.listing import Listing
from tf_advseg.datasets.files.image_files import image_size
from tf_advseg.datasets.files.image_files import read_picture
from tf_advseg.datasets.files.image_files import read_rgb
from tf_advseg.datasets.files.resizing import resize_label
from tf_advseg.datasets.files.resizing import resize_picture

_logger = logging.getLogger(__name__)


class FileDomain(Domain):
    """A domain whose keys are paths of images, relative to a root.

    Attributes:
        root: The folder, of a disk or an archive, that keys are relative to.
        label_table: From what label files hold to train ids.
    """

    root: Place
    label_table: LabelTable
    _has_warned = False

    @abc.abstractmethod
    def _label_path(self, key: str) -> Place:
        """Returns the label file of an image; DataError if it has none."""

    def pair_files(
        self, split: str
    ) -> Iterator[tuple[str, Place, Place | None]]:
        """Yields key, image file and label file (or None) of a split.

        No file is opened.
        """
        labelled = self.has_labels(split)
        missing = set(self.missing_labels(split) if labelled else ())
        for key in self.keys(split):
            has_label = labelled and key not in missing
            label = self._label_path(key) if has_label else None
            yield key, self.root / key, label

    def stray_labels(self, split: str) -> list[Place]:
        """Returns label files of a split that belong to no image.

        None, unless a domain says otherwise.
        """
        del split
        return []

    def listings(self, split: str) -> dict[str, Listing]:
        """Returns what each folder of a split holds, and what was left out.

        None, unless a domain says otherwise.
        """
        del split
        return {}

    def left_out(self, split: str) -> str:
        # What lies in the labels' own folder is read: as labels.
        found = {
            folder: listing.whose(lambda reason: reason != IN_LABELS)
            for folder, listing in self.listings(split).items()
        }
        parts = [
            f"in {folder!r} {listing.left_out_text()}"
            for folder, listing in found.items()
            if listing.left_out
        ]
        return "; ".join(parts) or "none left out"

    @abc.abstractmethod
    def wanted_labels(self, split: str) -> str:
        """Returns where a split's labels are looked for, as advice."""

    def read_image(self, key: str) -> np.ndarray:
        return read_rgb(self.root / key)

    def read_label(self, key: str) -> np.ndarray:
        return self._label_of_size(key, image_size(self.root / key))

    def read_sample(
        self, key: str, size: tuple[int, int] | None, with_label: bool
    ) -> tuple[np.ndarray, ...]:
        # The large image never becomes an array: that would cost as much as
        # resizing it. Its size is known without opening it again.
        picture = read_picture(self.root / key)
        native_size = (picture.height, picture.width)
        if not with_label:
            return (resize_picture(picture, size),)
        label = self._label_of_size(key, native_size)
        return (
            resize_picture(picture, size),
            resize_label(label, size or native_size),
        )

    def fingerprint(self, split: str, with_labels: bool) -> str:
        keys = self.keys(split)
        lines = [f"{key} {_identity(self.root / key)}" for key in keys]
        if with_labels:
            lines.append(f"{self.class_set} {self.label_table.meaning()}")
            missing = set(self.missing_labels(split))
            labels = (self._label_path(k) for k in keys if k not in missing)
            lines += [_identity(path) for path in labels]
        return digest([type(self).__name__, *lines])

    def label_codes(self, key: str) -> np.ndarray:
        """Returns what a key's label file holds, before it is mapped.

        Raises:
            DataError: If it cannot be read.
        """
        return self.label_table.read_codes(self._label_path(key))

    def _say_what_is_assumed(self) -> None:
        """Warns, once, if nobody stated what the labels mean."""
        table = self.label_table
        if table.assumed and not self._has_warned:
            self._has_warned = True
            _logger.warning(
                "%s If that is wrong, %s.", table.assumed, table.advice
            )

    def _label_of_size(self, key: str, size: tuple[int, int]) -> np.ndarray:
        """Returns the label, which has to have its image's size."""
        path = self._label_path(key)
        self._say_what_is_assumed()
        label = self.label_table.read(path)
        if label.shape != size:
            raise DataError(
                f"Label {str(path)!r} has the size {label.shape} (height, "
                f"width) but its image {key!r} has {size}; expected equal "
                "sizes."
            )
        return label


def _identity(path: Place) -> str:
    """What is known of a file without reading it."""
    if isinstance(path, ArchivePath):
        return path.identity()
    try:
        status = path.stat()
    except OSError as error:
        return str(error.strerror)
    return f"{status.st_size} {status.st_mtime_ns}"
