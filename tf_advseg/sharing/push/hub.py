"""An export as a repository on the Hugging Face hub, in one commit.

A commit is all or nothing there, so no folder of versions is needed: the hub
keeps the old ones. `current.json` goes along, so that the next push knows
which files are its own to remove; others in the repository stay.
"""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import in_one_line
from tf_advseg.sharing.push.contents import Contents
from tf_advseg.sharing.push.versions import CURRENT

SCHEME = "hf://"
_TRIES = 5
_NOT_TAKEN = "The repository is as it was; `hf auth login` gives a token."
_NOT_SEEN = "Whether all arrived was not seen: look there, or push again."
_MOVED_ON = (409, 412)
"""What the hub answers if somebody else committed meanwhile."""


def push(folder: Path, contents: Contents, name: str, api: Any = None) -> str:
    """Makes a repository's files those of a folder, in one commit.

    Args:
        folder: Where the files lie.
        contents: They, as they should arrive.
        name: OWNER/NAME; a new repository is private.
        api: An `HfApi`; default: the hub, with the token of `hf auth login`.

    Returns:
        The address of the commit.

    Raises:
        DataError: If the hub refuses, or cannot be reached.
        ImportError: If `huggingface_hub` is not installed.
    """
    hub = check_name(name)
    api = api or hub.HfApi()
    with _explained(name, "the hub did not take it", _NOT_TAKEN):
        api.create_repo(name, exist_ok=True, private=True)
        commit = _commit(hub, api, folder, contents, name)
    with _explained(name, "the hub took it, but", _NOT_SEEN):
        _check(api, contents, name, commit.oid)
    return str(commit.commit_url)


@contextlib.contextmanager
def _explained(name: str, what: str, advice: str) -> Iterator[None]:
    """Makes one sentence of what the hub, its token or the network raise."""
    try:
        yield
    except DataError:
        raise
    except Exception as error:
        raise DataError(
            f"{SCHEME}{name}: {what} "
            f"({type(error).__name__}: {in_one_line(error)}). {advice}"
        ) from error


def check_name(name: str) -> ModuleType:
    """Returns `huggingface_hub` if a name can be a repository's.

    Raises:
        DataError, ImportError: As `push`.
    """
    hub = _library()
    try:
        hub.utils.validate_repo_id(name)
    except ValueError as error:
        raise DataError(f"{SCHEME}{name}: {in_one_line(error)}.") from error
    if "/" not in name:
        raise DataError(f"{SCHEME}{name}: expected {SCHEME}OWNER/NAME.")
    return hub


def _commit(hub, api, folder, contents, name):
    for _ in range(_TRIES):
        head = api.repo_info(name).sha
        there = set(api.list_repo_files(name, revision=head))
        ours = _before(hub, api, name, head) if CURRENT in there else set()
        operations = [
            hub.CommitOperationAdd(file, str(folder / file))
            for file in contents.files
        ]
        operations.append(
            hub.CommitOperationAdd(CURRENT, contents.to_json().encode())
        )
        operations += [
            hub.CommitOperationDelete(file)
            for file in sorted((ours & there) - contents.files.keys())
        ]
        with contextlib.suppress(_Moved):
            return _try(hub, api, name, operations, contents, head)
    raise DataError(
        f"{SCHEME}{name}: others commit to it all the time; push again."
    )


class _Moved(Exception):
    """Somebody else committed after we looked."""


def _try(hub, api, name, operations, contents, head):
    try:
        return api.create_commit(
            name,
            operations,
            commit_message=f"tf_advseg push, version {contents.version}",
            parent_commit=head,
        )
    except hub.errors.HfHubHTTPError as error:
        if error.response.status_code in _MOVED_ON:
            raise _Moved from error
        raise


def _before(hub, api, name, head):
    """The files that the last push brought."""
    with tempfile.TemporaryDirectory() as folder:
        path = api.hf_hub_download(
            name, CURRENT, revision=head, local_dir=folder
        )
        data = Path(path).read_bytes()
    try:
        return set(Contents.from_json(data, CURRENT).files)
    except DataError:
        return set()  # Somebody's own file of that name.


def _check(api, contents, name, commit):
    """Holds what the hub says it has against what was sent."""
    found = {
        one.path: one
        for one in api.get_paths_info(
            name, list(contents.files), revision=commit
        )
    }
    for file, sent in contents.files.items():
        there = found.get(file)
        # The hub knows the SHA-256 of large files only.
        large = getattr(there, "lfs", None)
        is_same = there is not None and there.size == sent.size
        if not is_same or (large and large.sha256 != sent.sha256):
            raise DataError(
                f"{SCHEME}{name}: {file!r} did not arrive as it was sent. "
                "Push again."
            )


def _library() -> ModuleType:
    try:
        import huggingface_hub
        import huggingface_hub.errors
    except ImportError as error:
        raise ImportError(
            f"{SCHEME} needs the extra 'push', which is not installed: pip "
            "install 'tf-advseg[push]'."
        ) from error
    return huggingface_hub
