"""Words of the user's own in a run's folder: tags.json."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.base.files import atomic_file
from tf_advseg.base.files.json_file import read_object

TAGS_FILE = "tags.json"
_TAG = re.compile(r"[\w.+-]{1,40}")


def parse_tags(text: str) -> list[str]:
    """Reads tags separated by commas.

    >>> parse_tags("good, v1.2")
    ['good', 'v1.2']

    Raises:
        ValueError: If one is no word.
    """
    found = [part.strip() for part in text.split(",") if part.strip()]
    for tag in found:
        if not _TAG.fullmatch(tag):
            raise ValueError(
                f"{tag!r} is no tag; expected up to 40 letters, digits, '_', "
                "'.', '+' or '-'."
            )
    return found


def read_tags(run: Path) -> tuple[str, ...]:
    """The tags of a run, sorted; none without a file.

    Raises:
        DataError: If the file is damaged.
    """
    path = run / TAGS_FILE
    if not path.exists():
        return ()
    advice = "mend it, or remove it"
    found = read_object(path, "The run's tags", advice).get("tags")
    if not isinstance(found, list) or not all(
        isinstance(tag, str) and _TAG.fullmatch(tag) for tag in found
    ):
        raise DataError(f"{str(path)!r} holds no list of tags; {advice}.")
    return tuple(sorted(set(found)))


def change_tags(
    run: Path, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> tuple[str, ...]:
    """Gives tags and takes tags away; returns those that there are then.

    Raises:
        ValueError: If a tag to take away is not there; nothing is changed.
    """
    old, remove = read_tags(run), set(remove)
    if remove - set(old):
        missing = ", ".join(sorted(remove - set(old)))
        raise ValueError(f"The run {str(run)!r} has no tag {missing}.")
    new = tuple(sorted((set(old) - remove) | set(add)))
    if new != old:
        text = json.dumps({"format": 1, "tags": new}, ensure_ascii=False)
        atomic_file.write_text(run / TAGS_FILE, text + "\n")
    return new
