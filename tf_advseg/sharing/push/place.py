"""Files at an address, by fsspec: a folder, an object store, a server.

Whoever writes a file there shows it whole or not at all. Object stores do so
by themselves. Elsewhere it is written aside and then moved, which replaces a
file in one step where the system can: on disks, over SFTP, in memory.
"""

import datetime
import os
import uuid
from pathlib import Path
from types import ModuleType

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import in_one_line
from tf_advseg.base.files.atomic_file import flush_to_disk

ASIDE = ".unfinished"
_STORES = {"s3", "s3a", "gs", "gcs", "abfs", "az", "adl", "oss", "oci", "tos"}
_PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs"}
_PACKAGES |= {"abfs": "adlfs", "az": "adlfs", "oss": "ossfs", "obs": "s3fs"}
_ENDPOINT = "OBS_ENDPOINT"


class Place:
    """The files below an address; names are relative, with `/`.

    Args:
        address: A folder, or what fsspec reads: s3://BUCKET/PATH, ...

    Raises:
        DataError: If the address is none, or cannot be reached.
        ImportError: If a package for it is not installed.
    """

    def __init__(self, address: str):
        self.address = address
        self._fs, self._root = _open(address)
        own = self._fs.protocol
        kinds = {own} if isinstance(own, str) else set(own)
        self._is_store = bool(kinds & _STORES)
        self._is_local = bool(kinds & {"file", "local"})

    def read(self, name: str) -> bytes | None:
        """A small file; None if there is none."""
        try:
            return self._fs.cat_file(self._path(name))
        except FileNotFoundError:
            return None
        except Exception as error:  # Of forty packages.
            raise self._failure("read", name, error) from error

    def write(self, name: str, data: bytes) -> None:
        """Makes or replaces a small file."""

        def put(path):
            self._fs.pipe_file(path, data)

        self._put(name, put)

    def upload(self, name: str, file: Path) -> None:
        """Makes or replaces a file."""

        def put(path):
            self._fs.put_file(str(file), path)

        self._put(name, put)

    def download(self, name: str, file: Path) -> None:
        """Copies a file from there."""
        try:
            self._fs.get_file(self._path(name), str(file))
        except Exception as error:
            raise self._failure("read", name, error) from error

    def sizes(self, below: str) -> dict[str, int]:
        """Lengths of all files below a folder, by their names in it."""
        folder = self._path(below)
        try:
            self._fs.invalidate_cache()
            found = self._fs.find(folder, detail=True)
        except FileNotFoundError:
            return {}
        except Exception as error:
            raise self._failure("list", below, error) from error
        start = len(folder.rstrip("/")) + 1
        return {path[start:]: one["size"] for path, one in found.items()}

    def age(self, name: str) -> float | None:
        """Seconds since a file was written; None if nobody knows."""
        try:
            then = self._fs.modified(self._path(name))
        except Exception:
            return None
        if then.tzinfo is None:
            then = then.replace(tzinfo=datetime.UTC)
        return (datetime.datetime.now(datetime.UTC) - then).total_seconds()

    def remove(self, name: str) -> None:
        """Removes a file; others may have done so."""
        try:
            self._fs.rm_file(self._path(name))
        except FileNotFoundError:
            pass
        except Exception as error:
            raise self._failure("remove", name, error) from error

    def _path(self, name):
        return f"{self._root}/{name}"

    def _put(self, name, put):
        path = self._path(name)
        try:
            self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
            if self._is_store:
                put(path)
                return
            aside = self._path(f"{ASIDE}/{uuid.uuid4().hex}")
            self._fs.makedirs(self._path(ASIDE), exist_ok=True)
            put(aside)
            if self._is_local:
                flush_to_disk(Path(aside))
            self._fs.mv(aside, path)
            if self._is_local:
                flush_to_disk(Path(path).parent)
        except Exception as error:
            raise self._failure("write", name, error) from error

    def _failure(self, what, name, error):
        return DataError(
            f"{self.address}: {name!r} cannot be {_DONE[what]} "
            f"({type(error).__name__}: {in_one_line(error)}). What was there "
            "before is as it was; the same command goes on."
        )


_DONE = {"read": "read", "list": "listed", "remove": "removed"}
_DONE |= {"write": "written"}


def _open(address):
    fsspec, options = library(), {}
    scheme = address.partition("://")[0] if "://" in address else ""
    url = address
    if scheme == "obs":
        # No package is for Huawei's store alone; it speaks as S3 does.
        options["endpoint_url"] = os.environ.get(_ENDPOINT)
        url = f"s3://{address.partition('://')[2]}"
        if not options["endpoint_url"]:
            raise DataError(
                f"{address}: say where the store is: {_ENDPOINT}="
                "https://obs.REGION.myhuaweicloud.com, and the keys in "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            )
    try:
        found, root = fsspec.core.url_to_fs(
            url,
            use_listings_cache=False,
            skip_instance_cache=True,
            **options,
        )
    except ImportError as error:
        package = _PACKAGES.get(scheme, error.name or "its package")
        raise ImportError(
            f"{address}: addresses that begin with {scheme}:// need a package "
            f"that is not installed: pip install {package}."
        ) from error
    except ValueError as error:
        raise DataError(
            f"{address} is no address that fsspec knows "
            f"({in_one_line(error)}); expected a folder, or s3://, gs://, "
            "obs://, hf://OWNER/NAME."
        ) from error
    return found, root.rstrip("/")


def library() -> ModuleType:
    """Imports fsspec.

    Raises:
        ImportError: If it is not installed.
    """
    try:
        import fsspec
    except ImportError as error:
        raise ImportError(
            "Pushing needs the extra 'push', which is not installed: pip "
            "install 'tf-advseg[push]'."
        ) from error
    return fsspec
