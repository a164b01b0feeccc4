"""An address whose readers see one whole version, whoever writes meanwhile.

    ADDRESS/
      current.json                which version is current, and all its files
      versions/VERSION/...        the files; never changed, only added
      versions/VERSION.json       the same as current.json was: it is whole
      .unfinished/                being written

VERSION is made of the files' names and hashes. Object stores rename nothing,
so the last thing that a push writes is `current.json`, one small file that is
replaced at once. Publishers at the same time write into folders of their own,
or the same bytes under the same names; the last one's version is current, and
all are whole. A push that is killed leaves the old version current; the next
one of the same files goes on where it was. What nobody finished within a day
is removed by any later push; whole versions stay until somebody removes them.
"""

import dataclasses
import hashlib
import tempfile
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.sharing.push.contents import Contents
from tf_advseg.sharing.push.contents import File
from tf_advseg.sharing.push.place import ASIDE
from tf_advseg.sharing.push.place import Place

CURRENT, VERSIONS = "current.json", "versions"
_READ_BACK = 2**26
"""Larger files are held against their size alone after they were sent."""
_ABANDONED_S = 24 * 3600


@dataclasses.dataclass(frozen=True)
class Pushed:
    """What a push did.

    Attributes:
        version: The one that is current now.
        num_sent: Files that were sent.
        num_there: Files that were there already.
    """

    version: str
    num_sent: int
    num_there: int


def push(folder: Path, contents: Contents, place: Place) -> Pushed:
    """Adds a version and makes it the current one.

    Args:
        folder: Where the files lie.
        contents: They, as they should arrive.
        place: Where they go.

    Raises:
        DataError: If a file does not arrive; the old version is current then.
    """
    version = contents.version
    below = f"{VERSIONS}/{version}"
    sizes = place.sizes(below)
    num_there = 0
    for name, file in contents.files.items():
        if sizes.get(name) == file.size and _arrived(place, below, name, file):
            num_there += 1
            continue
        place.upload(f"{below}/{name}", folder / name)
        if not _arrived(place, below, name, file):
            raise DataError(
                f"{place.address}: {name!r} did not arrive as it was sent, or "
                "was changed meanwhile. The old version is current; push again."
            )
    _check_sizes(place, below, contents)
    record = contents.to_json().encode()
    place.write(f"{below}.json", record)
    place.write(CURRENT, record)
    _clean(place, version)
    return Pushed(version, len(contents.files) - num_there, num_there)


def current(place: Place) -> Contents:
    """What readers of an address see.

    Raises:
        DataError: If nothing was pushed there.
    """
    data = place.read(CURRENT)
    if data is None:
        raise DataError(
            f"Nothing was pushed to {place.address}: it has no {CURRENT}."
        )
    return Contents.from_json(data, f"{place.address}/{CURRENT}")


def pull(place: Place, folder: Path) -> Contents:
    """Fetches the current version into an empty folder.

    Raises:
        DataError: If a file is missing, or not what was pushed; names it.
    """
    contents = current(place)
    for name, file in contents.files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        place.download(f"{VERSIONS}/{contents.version}/{name}", target)
        if _file(target) != file:
            raise DataError(
                f"{place.address}: {name!r} was changed since version "
                f"{contents.version} was pushed. Push again."
            )
    return contents


def _arrived(place: Place, below: str, name: str, file: File) -> bool:
    if file.size > _READ_BACK:
        return True  # `_check_sizes` looks at them all at once.
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        place.download(f"{below}/{name}", copy)
        return _file(copy) == file


def _check_sizes(place: Place, below: str, contents: Contents) -> None:
    sizes = place.sizes(below)
    for name, file in contents.files.items():
        if sizes.get(name) != file.size:
            raise DataError(
                f"{place.address}: {name!r} has {sizes.get(name, 'no')} bytes "
                f"there, {file.size} were sent. The old version is current; "
                "push again."
            )


def _file(path: Path) -> File:
    with open(path, "rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return File(path.stat().st_size, digest)


def _clean(place: Place, version: str) -> None:
    """Removes what pushes left that were killed long ago."""
    names = list(place.sizes(VERSIONS))
    whole = {n.removesuffix(".json") for n in names if "/" not in n}
    left: dict[str, list[str]] = {}
    for name in names:
        one = name.partition("/")[0]
        if "/" in name and one not in whole and one != version:
            left.setdefault(one, []).append(f"{VERSIONS}/{name}")
    groups = [*left.values(), *([f"{ASIDE}/{n}"] for n in place.sizes(ASIDE))]
    for group in groups:
        ages = [place.age(name) for name in group]
        if all(age is not None and age > _ABANDONED_S for age in ages):
            for name in group:
                place.remove(name)
