"""The facts of one file, as plain values that travel between processes."""

import dataclasses

import numpy as np

from tf_advseg.datasets.files.orientation import SWAPPING

BANDS = 8
"""Horizontal bands of a label, top to bottom, in which ids are counted."""

GRID = 4
"""Colours of an image are averaged in GRID x GRID cells."""

THUMB = 16
"""Side of the grey thumbnail by which near duplicates are compared."""


@dataclasses.dataclass(frozen=True)
class Problem:
    """Why a file cannot be used.

    Args:
        kind: `missing`, `empty`, `unreadable`, `no_image`, `too_large`,
            `corrupt` or `mode` (of pixels that are not converted).
        sentence: What to tell; names the file.
    """

    kind: str
    sentence: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class FileFacts:
    """What any picture file shows.

    Args:
        path: Where it lies.
        num_bytes: Its length; 0 if it cannot be read.
        mtime_ns: When it was changed last.
        sha256: Of its bytes, in hex; empty if they cannot be read.
        problem: Why it cannot be used, or None.
        format: `PNG`, `JPEG`, ...; empty if it is unknown.
        mode: Pillow's mode; empty if it is unknown.
        is_deep: Whether it has more than 8 bits a channel.
        stored_size: (H, W) as in the file; None if it is unknown.
        orientation: EXIF orientation; 1 is upright.
        num_pictures: How many it holds: frames or pages.
        is_see_through: Whether some pixels are not opaque.
    """

    path: str
    num_bytes: int = 0
    mtime_ns: int = 0
    sha256: str = ""
    problem: Problem | None = None
    format: str = ""
    mode: str = ""
    is_deep: bool = False
    stored_size: tuple[int, int] | None = None
    orientation: int = 1
    num_pictures: int = 1
    is_see_through: bool = False

    @property
    def upright_size(self) -> tuple[int, int] | None:
        """(H, W) after the EXIF orientation is applied."""
        if self.stored_size is None or self.orientation not in SWAPPING:
            return self.stored_size
        height, width = self.stored_size
        return width, height


@dataclasses.dataclass(frozen=True, kw_only=True)
class ImageFacts(FileFacts):
    """What an image shows.

    Args:
        cells: Mean RGB of GRID x GRID cells, float32 `(GRID, GRID, 3)`;
            None if it cannot be decoded.
        thumb: Grey thumbnail, uint8 `(THUMB, THUMB)`; None likewise.
        signs: 64 brightness comparisons of neighbours, bool `(64,)`.
    """

    cells: np.ndarray | None = None
    thumb: np.ndarray | None = None
    signs: np.ndarray | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class LabelFacts(FileFacts):
    """What a label holds; arrays have one row a raw code.

    A raw code is an id, or a colour as 0xRRGGBB.

    Args:
        holds_colours: Whether codes are colours: RGB values of the file,
            even where ids were expected.
        codes: The raw codes that occur, int64 `(N,)`, rising.
        counts: Their pixels by band, int64 `(N, BANDS)`.
        too_many: Whether there were too many colours to list; then codes
            and counts are of a sample of pixels.
        borders: Borders between ids, how many are smeared, and by how many
            ids; see `borders.measure_borders`.
        palette: Colour (0xRRGGBB) of each id that occurs in a palette file.
        colour_codes: Codes among sampled pixels, int64 `(M,)`.
        colour_means: The image's mean RGB under each, float32 `(M, 3)`.
        colour_counts: How many pixels were sampled of each, `(M,)`.
    """

    holds_colours: bool = False
    codes: np.ndarray | None = None
    counts: np.ndarray | None = None
    too_many: bool = False
    borders: tuple[int, int, int] = (0, 0, 0)
    palette: dict[int, int] = dataclasses.field(default_factory=dict)
    colour_codes: np.ndarray | None = None
    colour_means: np.ndarray | None = None
    colour_counts: np.ndarray | None = None

    @property
    def totals(self) -> dict[int, int]:
        """Pixels of each code."""
        if self.codes is None:
            return {}
        codes, counts = self.counted
        sums = counts.sum(axis=1)
        return dict(zip(codes.tolist(), sums.tolist(), strict=True))

    @property
    def counted(self) -> tuple[np.ndarray, np.ndarray]:
        """The codes and counts of a label that could be decoded."""
        assert self.codes is not None and self.counts is not None
        return self.codes, self.counts


@dataclasses.dataclass(frozen=True)
class PairFacts:
    """An image and its label.

    Args:
        key: The image's key in its domain.
        image: Of the image.
        label: Of the label; None if it has none, or none was asked for.
    """

    key: str
    image: ImageFacts
    label: LabelFacts | None = None

    @property
    def files(self) -> tuple[FileFacts, ...]:
        """The files that there are."""
        return (self.image,) if self.label is None else (self.image, self.label)
