"""What a folder was found to hold: the files taken, and those left out.

Nothing is passed over in silence: whoever lists a folder can say in one line
how many files were taken, how many not, and why not.
"""

import collections
import dataclasses
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping

CLASS_MAP_NAME = "classes.yaml"

IMAGE_ENDINGS = (
    ".jpg",
    ".jpeg",
    ".jfif",
    ".jpe",
    ".png",
    ".bmp",
    ".webp",
    ".tif",
    ".tiff",
    ".gif",
)
LABEL_ENDINGS = (".png", ".tif", ".tiff", ".bmp")
"""Formats that keep each number. JPEG does not, and who writes a GIF numbers
its colours anew: such labels are left out."""

THUMBNAIL_FOLDERS = (
    "#snapshot",
    "@snapshot",
    "@recently-snapshot",
    "lost+found",
    "system volume information",
    "@eadir",
    "@recycle",
    "#recycle",
    "$recycle.bin",
    ".@__thumb",
    ".thumbnails",
    ".thumbs",
    "__macosx",
    "thumbnails",
    "thumbs",
)
"""What a NAS, a desktop or a packer puts beside pictures, in lower case."""

LABEL_FOLDERS = (
    "annotation",
    "annotations",
    "gt",
    "groundtruth",
    "ground_truth",
    "label",
    "labels",
    "mask",
    "masks",
    "segmentationclass",
)
"""What people call folders of labels, in lower case."""

UNREAD = "of a kind that is not read"
THUMBNAILS = "thumbnails or the like"
HIDDEN = "hidden"
LOOPS = "links back to a folder above"
NO_FILES = "no files"
NAMES = "with a name that is no UTF-8"
BESIDE = "by their names labels of images beside them"
IN_LABELS = "in the folder of labels"
LIKE_LABELS = "in a folder that is called like one of labels"
OUTPUTS = "in the folder of outputs"
OTHERS = "of another name or choice than the set's"
UNLABELLED = "without a label"

_DULL = (".txt", ".json", ".yaml", ".yml", ".csv", ".xml", ".md", ".db", ".ini")
"""Nobody takes these for pictures: they are counted, and no reason to warn."""


_EXPECTED = (HIDDEN, IN_LABELS, OUTPUTS, OTHERS, UNLABELLED)
"""Why files are left out that nobody misses: they are counted all the same."""


@dataclasses.dataclass(frozen=True)
class Listing:
    """The files of a folder and its subfolders.

    Args:
        files: Sorted paths of those taken, relative and with `/`.
        left_out: Paths of those left out, by reason; folders end in `/`.
    """

    files: tuple[str, ...]
    left_out: Mapping[str, tuple[str, ...]]

    @property
    def is_odd(self) -> bool:
        """Whether something was left out that a person may miss."""
        return any(
            reason != UNREAD or not path.lower().endswith(_DULL)
            for reason, paths in self.left_out.items()
            for path in paths
            if reason not in _EXPECTED
        )

    def without(self, paths: Iterable[str], reason: str) -> "Listing":
        """Returns the listing with some of the files left out."""
        gone = {*paths}
        if not gone:
            return self
        return Listing(
            tuple(file for file in self.files if file not in gone),
            {**self.left_out, reason: tuple(sorted(gone))},
        )

    def whose(self, reasons: Callable[[str], bool]) -> "Listing":
        """Returns the listing with some reasons to leave files out alone."""
        kept = {r: paths for r, paths in self.left_out.items() if reasons(r)}
        return Listing(self.files, kept)

    def with_names_of_text(self) -> "Listing":
        """Returns the listing without names that no file or log can hold."""
        return self.without([f for f in self.files if not is_text(f)], NAMES)

    def without_below(self, folder: str) -> "Listing":
        """Returns the listing without a subfolder, `out/`, of outputs."""
        own = {file for file in self.files if file.startswith(folder)}
        rest = self.where(lambda p: p in own or not p.startswith(folder))
        return rest.without(own, OUTPUTS)

    def where(self, belongs: Callable[[str], bool]) -> "Listing":
        """Returns the listing of some paths, as if no others were there."""
        kept = {
            reason: tuple(filter(belongs, paths))
            for reason, paths in self.left_out.items()
        }
        return Listing(
            tuple(filter(belongs, self.files)),
            {reason: paths for reason, paths in kept.items() if paths},
        )

    def without_label_folders(self) -> "Listing":
        """Returns the listing without what lies in a folder of labels."""
        inside = [f for f in self.files if _top(f) in LABEL_FOLDERS]
        return self.without(inside, LIKE_LABELS)

    def text(self) -> str:
        """Returns how many were taken, how many not, and why.

        Example:
            >>> Listing(("a.jpg",), {UNREAD: ("b.heic", "c.heic")}).text()
            '1 file taken; 2 left out: 2 of a kind that is not read (.heic 2)'
        """
        number = len(self.files)
        taken = f"{number:,} file{'' if number == 1 else 's'} taken"
        return f"{taken}; {self.left_out_text()}"

    def left_out_text(self) -> str:
        """Returns how many files were left out, and why."""
        if not self.left_out:
            return "none left out"
        total = sum(map(len, self.left_out.values()))
        parts = [
            f"{len(paths):,} {reason} ({_shown(reason, paths)})"
            for reason, paths in self.left_out.items()
        ]
        return f"{total:,} left out: {', '.join(parts)}"


def reason_to_leave(name: str, is_folder: bool) -> str | None:
    """Returns why a file or folder of a name is left out, if it is."""
    if is_folder and name.lower() in THUMBNAIL_FOLDERS:
        return THUMBNAILS
    return HIDDEN if name.startswith(".") else None


def is_text(path: str) -> bool:
    """Whether a name is UTF-8: Python marks other bytes by surrogates."""
    return path.isascii() or not any("\udc80" <= c <= "\udcff" for c in path)


def _shown(reason: str, paths: tuple[str, ...]) -> str:
    """The endings of what is not read, else the first name."""
    if reason == UNREAD:
        endings = collections.Counter(map(_ending, paths)).most_common()
        return ", ".join(f"{ending} {number:,}" for ending, number in endings)
    first, number = next(iter(paths)), len(paths) - 1
    more = f" and {number:,} more" if number else ""
    return (ascii(first) if reason == NAMES else first) + more


def _top(path: str) -> str:
    """The first folder of a path, in lower case."""
    folder, slash, _ = path.partition("/")
    return folder.lower() if slash else ""


def _ending(path: str) -> str:
    name = path.rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if stem and dot else "no ending"
