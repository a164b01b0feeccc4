"""From the ids or colours in a label file to train ids."""

import dataclasses
import functools
from collections.abc import Collection
from collections.abc import Mapping
from typing import Any

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.files.image_files import read_colours
from tf_advseg.datasets.files.image_files import read_first_channel
from tf_advseg.datasets.files.image_files import read_ids
from tf_advseg.datasets.files.picture_modes import COLOURS
from tf_advseg.datasets.files.picture_modes import FIRST_CHANNEL
from tf_advseg.datasets.files.picture_modes import IDS

MAX_ID = 2**16 - 1
_UNKNOWN = 256
_LISTED = 5
_ADVICE = (
    "give them to a class or to `ignore`, or set `unknown: ignore`, in a "
    "class map"
)


def colour_code(colour) -> Any:
    """Returns an RGB colour as one number, 0xRRGGBB; of arrays an array."""
    red, green, blue = colour
    return (red << 16) | (green << 8) | blue


def colour_of(code: int) -> list[int]:
    """Returns the [red, green, blue] of a `colour_code`."""
    return [int(code) >> 16, int(code) >> 8 & 255, int(code) & 255]


def bit_colour(index: int) -> tuple[int, int, int]:
    """Returns a colour for an index, as PASCAL VOC's palette has it.

    The bits of the index are spread over the high bits of R, G and B.
    """
    colour = [0, 0, 0]
    for bit in range(8):
        for channel in range(3):
            colour[channel] |= (index >> channel & 1) << (7 - bit)
        index >>= 3
    red, green, blue = colour
    return red, green, blue


@dataclasses.dataclass(frozen=True, eq=False)
class LabelTable:
    """Reads label files and maps what they hold by a table.

    Args:
        train_ids: The train id (255 = ignore) of each raw id, or of each
            `colour_code`.
        labels_are: What files hold: IDS, COLOURS or FIRST_CHANNEL.
        ignore_unknown: Whether an id or colour that the table lacks becomes
            255; otherwise it is an error.
        source: Where the table comes from, for messages.
        advice: What to do about an id or colour that it lacks.
        implied: Ids that nobody named: 255 as "ignore" by custom.
        assumed: How the labels' meaning was found where nobody stated it, as
            a sentence; empty if somebody did.
    """

    train_ids: Mapping[int, int]
    _: dataclasses.KW_ONLY
    labels_are: str = IDS
    ignore_unknown: bool = False
    source: str
    advice: str = _ADVICE
    implied: frozenset[int] = frozenset()
    assumed: str = ""

    @property
    def of_colours(self) -> bool:
        """Whether codes are colours rather than ids."""
        return self.labels_are == COLOURS

    def meaning(self) -> str:
        """Text that is the same for tables that map alike."""
        codes = sorted(self.train_ids.items())
        return f"{self.labels_are} {self.ignore_unknown} {codes}"

    def loses_a_mask(self, codes: Collection[int]) -> bool:
        """Whether all that labels show, but for one class, is an implied id.

        Masks of 0 and 255 do, where nobody said what 255 is.

        Args:
            codes: Those of all labels.
        """
        named = {self.train_ids.get(c) for c in {*codes} - self.implied}
        is_known = None not in named
        num_classes = len(named - {IGNORE_LABEL})
        return bool(self.implied & {*codes}) and is_known and num_classes <= 1

    def read(self, path: Place) -> np.ndarray:
        """Returns a label file as train ids, uint8 `(H, W)`.

        Raises:
            DataError: If it cannot be read or holds unknown ids or colours.
        """
        return self.map(self.read_codes(path), path)

    def read_codes(self, path: Place) -> np.ndarray:
        """Returns what a label file holds, ids or colour codes, `(H, W)`.

        Raises:
            DataError: If it cannot be read.
        """
        if self.of_colours:
            channels = read_colours(path).astype(np.int32)
            return colour_code(np.moveaxis(channels, -1, 0))
        if self.labels_are == FIRST_CHANNEL:
            return read_first_channel(path)
        return read_ids(path)

    def map(self, codes: np.ndarray, path: Place) -> np.ndarray:
        """Returns ids or colour codes as train ids, uint8, any shape.

        Args:
            codes: Integers.
            path: The file that they come from, for the message.

        Raises:
            DataError: If some are unknown.
        """
        if codes.dtype == np.uint8 and self._bytes is not None:
            return self._map_bytes(codes, path, *self._bytes)
        train_ids = self._array[codes]
        if train_ids.max() == _UNKNOWN:
            raise DataError(self._unknown(path, codes[train_ids == _UNKNOWN]))
        return train_ids.astype(np.uint8)

    def _map_bytes(
        self, codes: np.ndarray, path: Place, table: bytes, marker: int
    ) -> np.ndarray:
        """As `map`, of 8-bit ids, in a fifth of the time."""
        mapped = bytearray(codes).translate(table)
        if marker in mapped:
            train_ids = np.frombuffer(mapped, np.uint8).reshape(codes.shape)
            raise DataError(self._unknown(path, codes[train_ids == marker]))
        return np.frombuffer(mapped, np.uint8).reshape(codes.shape)

    @functools.cached_property
    def _bytes(self) -> tuple[bytes, int] | None:
        """The train id of each 8-bit id, and what marks an unknown one.

        None if no number is left over for that.
        """
        entries = self._array[:256]
        free = set(range(256)) - set(entries.tolist())
        if self.of_colours or not free:
            return None
        marker = max(free)
        table = np.where(entries == _UNKNOWN, marker, entries)
        return table.astype(np.uint8).tobytes(), marker

    @functools.cached_property
    def _array(self) -> np.ndarray:
        """One entry for every possible code: a look-up and no search."""
        size = 2**24 if self.of_colours else MAX_ID + 1
        fill = IGNORE_LABEL if self.ignore_unknown else _UNKNOWN
        array = np.full(size, fill, np.int16)
        array[list(self.train_ids)] = list(self.train_ids.values())
        return array

    def _unknown(self, path: Place, codes: np.ndarray) -> str:
        values, counts = np.unique(codes, return_counts=True)
        listed = [
            f"{colour_of(value) if self.of_colours else value} ({count} pixels)"
            for value, count in zip(values[:_LISTED], counts, strict=False)
        ]
        if len(values) > _LISTED:
            listed.append(f"and {len(values) - _LISTED} more")
        what = "colours" if self.of_colours else "ids"
        return (
            f"Label {str(path)!r} holds {what} that {self.source} does not "
            f"name: {', '.join(listed)}; {self.advice}."
        )
