"""What the data of a split is, to the byte, and a short id for it.

    {"format": 1, "id": "3f9a0c61d2b7", "checksum": "<sha256>",
     "about": {...}, "content": {
        "pairs": [[["images/a.png", 1234, "<sha256>"], ["labels/a.png", ...]],
                  [["images/b.png", ...], null]],
        "class_map": {...}}}

The id is the first 12 hex digits of the SHA-256 of `content` as canonical
JSON. It changes with every byte of an image or label, with their names below
the root, and with what labels are taken to mean; it does not with the place
of the folder, the order of the disk, names and colours of classes in pictures
aside, or with `about`, which the checksum holds too. Streets are drawn: their
content is the recipe.
"""

import dataclasses
import functools
import hashlib
import json
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from typing import NamedTuple

from tf_advseg.base.checks import DataError
from tf_advseg.base.files.atomic_file import write_text

FORMAT = 1
ID_DIGITS = 12


class Entry(NamedTuple):
    """A file: its path below the root with `/`, its size, its SHA-256."""

    path: str
    size: int
    sha256: str


Pair = tuple[Entry, Entry | None]
"""An image and its label, if it has one."""


@dataclasses.dataclass(frozen=True)
class Manifest:
    """The data of one split.

    Args:
        pairs: Every image with its label, sorted by the image's path.
        class_map: What labels mean; None without labels.
        recipe: What images are drawn from, where there are no files.
        about: Name, split, licence, ...: not part of the id.
        parts: Those of several domains that this one is of; not written.
    """

    pairs: tuple[Pair, ...] = ()
    class_map: Mapping[str, Any] | None = None
    recipe: Mapping[str, Any] | None = None
    about: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    parts: tuple["Manifest", ...] = ()

    @functools.cached_property
    def id(self) -> str:
        """The first 12 hex digits of the content's SHA-256."""
        return _sha256(self._content)[:ID_DIGITS]

    @property
    def num_images(self) -> int:
        if self.recipe is not None:
            return int(self.recipe.get("num_images", 0))
        return len(self.pairs)

    @property
    def entries(self) -> Iterator[Entry]:
        """Every file."""
        for image, label in self.pairs:
            yield image
            if label is not None:
                yield label

    @property
    def _content(self) -> dict[str, Any]:
        pairs = [[list(i), label and list(label)] for i, label in self.pairs]
        content = {
            "pairs": pairs,
            "class_map": self.class_map,
            "recipe": self.recipe,
        }
        return {key: value for key, value in content.items() if value}

    def summary(self) -> dict[str, Any]:
        """Returns what a run's data.json says of it, and of its parts."""
        found = {
            "name": self.about.get("name"),
            "split": self.about.get("split"),
            "id": self.id,
            "num_images": self.num_images,
        }
        if self.parts:
            found["domains"] = [part.summary() for part in self.parts]
        return found

    def to_json(self) -> str:
        """Returns the whole manifest as JSON text."""
        values = {
            "format": FORMAT,
            "id": self.id,
            "checksum": _sha256([dict(self.about), self._content]),
            "about": dict(self.about),
            "content": self._content,
        }
        return json.dumps(values, indent=None) + "\n"

    def save(self, path: str | Path) -> None:
        """Writes the manifest as JSON, atomically."""
        write_text(path, self.to_json())


def make_manifest(
    pairs: Iterable[Pair],
    class_map: Mapping[str, Any] | None = None,
    about: Mapping[str, Any] | None = None,
) -> Manifest:
    """Returns the manifest of files, whatever order they come in."""
    ordered = sorted(pairs, key=lambda pair: pair[0].path)
    return Manifest(tuple(ordered), class_map, about=about or {})


def joined(parts: Mapping[str, Manifest], about: Mapping[str, Any]) -> Manifest:
    """Returns the manifest of several domains.

    Its id changes with each of theirs, and not with their order.

    Args:
        parts: Theirs, by names that their files' paths begin with here.
        about: See `Manifest`.
    """

    def below(name: str, entry: Entry) -> Entry:
        return entry._replace(path=f"{name}/{entry.path}")

    pairs = [
        (below(name, image), label and below(name, label))
        for name, part in parts.items()
        for image, label in part.pairs
    ]
    recipe = {
        "num_images": sum(part.num_images for part in parts.values()),
        "ids": {name: part.id for name, part in sorted(parts.items())},
    }
    whole = make_manifest(pairs, about=about)
    return dataclasses.replace(
        whole, recipe=recipe, parts=tuple(parts.values())
    )


def load_manifest(path: str | Path) -> Manifest:
    """Reads a manifest file.

    Raises:
        DataError: If it cannot be read, is none, or was changed by hand.
    """
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(
            f"The manifest {str(path)!r} cannot be read: {reason}."
        ) from error
    try:
        if values["format"] != FORMAT:
            raise DataError(
                f"The manifest {str(path)!r} has the format "
                f"{values['format']!r}; expected {FORMAT}."
            )
        manifest = _from_content(values["content"], values["about"])
        expected = values["id"]
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise DataError(
            f"{str(path)!r} is no manifest; expected a file written by "
            "`tf_advseg manifest` or found in a run's `manifests`."
        ) from error
    if manifest.id != expected:
        raise DataError(
            f"The manifest {str(path)!r} says that its id is {expected}, but "
            f"its content has the id {manifest.id}: it was changed."
        )
    # Older ones have no checksum.
    about_and_content = [values["about"], values["content"]]
    if values.get("checksum", "") not in ("", _sha256(about_and_content)):
        raise DataError(
            f"The manifest {str(path)!r} does not fit its checksum: what it "
            "says about the data, or the checksum, was changed."
        )
    return manifest


def _sha256(values: Any) -> str:
    """Of plain JSON values, however they are laid out."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _from_content(content: Mapping, about: Mapping) -> Manifest:
    pairs = tuple(
        (Entry(*image), Entry(*label) if label else None)
        for image, label in content.get("pairs", ())
    )
    return Manifest(
        pairs, content.get("class_map"), content.get("recipe"), dict(about)
    )
