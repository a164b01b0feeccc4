"""Which data a run had: ids, manifests, and whether they are as expected.

A run's folder keeps `data.json` (the ids) and `manifests/ID.json` (every
file's hash), so that what changed since can be named. Manifests are kept in
the user's cache folder as well: an id alone finds them there.
"""

import json
import re
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.base.files.json_file import read_object
from tf_advseg.base.files.user_cache import cache_folder
from tf_advseg.base.progress import Progress
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.manifests.difference import differences
from tf_advseg.datasets.manifests.making import manifest_of
from tf_advseg.datasets.manifests.manifest import ID_DIGITS
from tf_advseg.datasets.manifests.manifest import Manifest
from tf_advseg.datasets.manifests.manifest import load_manifest

DATA_FILE = "data.json"
MANIFEST_FOLDER = "manifests"
ROLES = ("source", "target", "eval", "target_labels")
_ID = re.compile(f"[0-9a-f]{{{ID_DIGITS}}}")
_MANY = 2000

Manifests = Mapping[str, Manifest]
"""By role, one of `ROLES`."""


def run_manifests(
    source: Domain | None,
    target: Domain,
    source_split: str,
    target_split: str,
    eval_split: str,
) -> dict[str, Manifest]:
    """Returns the manifests of a run's data by role; the source may be None.

    The first time all files are hashed; later only those that changed.
    """
    manifests = {}
    if source is not None:
        manifests["source"] = split_manifest(source, source_split)
    manifests["target"] = split_manifest(target, target_split)
    if eval_split in target.splits:
        manifests["eval"] = split_manifest(target, eval_split)
    return manifests


def split_manifest(
    domain: Domain, split: str, reads_all: bool = False
) -> Manifest:
    """Returns the manifest of a split; shows progress if that takes long.

    Args:
        domain: The domain.
        split: The split.
        reads_all: Also read files that were hashed before.
    """

    def progress(total: int) -> Progress | None:
        return Progress(total, "files hashed") if total > _MANY else None

    return manifest_of(
        domain, split, make_progress=progress, reads_all=reads_all
    )


def data_facts(manifests: Manifests) -> dict[str, Any]:
    """Returns what data.json and a model's metadata say."""
    facts: dict[str, Any] = {"format": 1}
    for role in ROLES:
        if role in manifests:
            facts[role] = manifests[role].summary()
        elif role != "target_labels":  # Older runs do not know of it.
            facts[role] = None
    return facts


def record(folder: str | Path, manifests: Manifests) -> dict[str, Any]:
    """Writes data.json and the manifests into a run's folder.

    Returns:
        What data.json says.

    Raises:
        DataError: If the folder has recorded other data before, a run that
            is resumed say; the differences are named.
    """
    folder = Path(folder)
    if (folder / DATA_FILE).exists():
        check_expected(str(folder), manifests)
    facts = data_facts(manifests)
    for manifest in _each(manifests):
        manifest.save(folder / MANIFEST_FOLDER / f"{manifest.id}.json")
        keep(manifest)
    write_text(folder / DATA_FILE, json.dumps(facts, indent=2) + "\n")
    return facts


def _each(manifests: Manifests) -> Iterator[Manifest]:
    """Of each role, and of each domain where a role has several."""
    for manifest in manifests.values():
        yield manifest
        yield from manifest.parts


def keep(manifest: Manifest) -> None:
    """Keeps a manifest in the user's cache folder, if that can be written."""
    path = cache_folder() / MANIFEST_FOLDER / f"{manifest.id}.json"
    try:
        if not path.exists():
            manifest.save(path)
    except OSError:
        pass  # Only the sentence about a difference gets poorer.


def check_expected(expected: str, manifests: Manifests) -> None:
    """Refuses data that is not what it should be.

    Args:
        expected: An id, several separated by commas, a manifest file, or the
            folder of a run whose data it should be.
        manifests: Of the data at hand, by role.

    Raises:
        DataError: If it differs; names the differences as far as the
            manifest of the expected data is known.
        ValueError: If `expected` is none of these.
    """
    for part in filter(None, map(str.strip, expected.split(","))):
        if Path(part).is_dir():
            _check_run(Path(part), manifests)
        elif Path(part).is_file():
            _check_one(load_manifest(part).id, load_manifest(part), manifests)
        elif _ID.fullmatch(part):
            _check_one(part, find_manifest(part), manifests)
        else:
            raise ValueError(
                f"--expect_data={part} is no id ({ID_DIGITS} hex digits), no "
                "manifest file and no folder of a run."
            )


def find_manifest(
    data_id: str, folder: str | Path | None = None
) -> Manifest | None:
    """Returns the manifest of an id, from a run's folder or the cache."""
    for place in filter(None, (folder, cache_folder())):
        path = Path(place) / MANIFEST_FOLDER / f"{data_id}.json"
        if path.is_file():
            return load_manifest(path)
    return None


def _check_run(folder: Path, manifests: Manifests) -> None:
    """Each role as that run had it."""
    try:
        facts = read_object(folder / DATA_FILE, "The run's data", "")
        ids = {role: facts[role]["id"] for role in ROLES if facts.get(role)}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"The folder {str(folder)!r} does not say which data it was made "
            f"of: it has no readable {DATA_FILE}."
        ) from error
    for role in sorted(ids.keys() & manifests.keys()):
        found = manifests[role]
        if found.id != ids[role]:
            wanted = find_manifest(ids[role], folder)
            _refuse(ids[role], wanted, role, found)


def _check_one(
    data_id: str, wanted: Manifest | None, manifests: Manifests
) -> None:
    """One of the roles has that id."""
    if data_id in {manifest.id for manifest in _each(manifests)}:
        return
    role = _most_alike(wanted, manifests)
    _refuse(data_id, wanted, role, manifests[role])


def _most_alike(wanted: Manifest | None, manifests: Manifests) -> str:
    """The role whose data shares most files with the expected data."""
    paths = {entry.path for entry in wanted.entries} if wanted else set()

    def shared(role: str) -> int:
        return len(paths & {entry.path for entry in manifests[role].entries})

    return max(manifests, key=shared)


def _refuse(
    data_id: str, wanted: Manifest | None, role: str, found: Manifest
) -> None:
    about = found.about
    what = f"{about.get('name')}/{about.get('split')}"
    if wanted is None:
        raise DataError(
            f"The data is not what was expected: the {role} {what} has the "
            f"id {found.id}, not {data_id}. What changed cannot be named, "
            "since only the id is known: no manifest of it is in the run's "
            "folder or in the cache (give --expect_data a manifest file)."
        )
    clauses = "; ".join(differences(wanted, found))
    raise DataError(
        f"The data is not what was expected: the {role} {what} has the id "
        f"{found.id}, not {data_id}: {clauses}."
    )
