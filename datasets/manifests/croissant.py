"""Manifests as Croissant documents, the exchange format of data sets.

Croissant (https://docs.mlcommons.org/croissant/) is JSON-LD of schema.org.
Here it holds one FileObject a file, with its size and SHA-256, a record set
`pairs` of images and their labels, and a record set `classes` with what
labels mean. `mlcroissant` writes, reads and validates it (`pip install
'tf-advseg[croissant]'`).
"""

import json
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.datasets.manifests.manifest import Entry
from tf_advseg.datasets.manifests.manifest import Manifest
from tf_advseg.datasets.manifests.manifest import make_manifest

_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "bmp": "image/bmp",
    "webp": "image/webp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
}
_UNKNOWN_TYPE = "application/octet-stream"


def to_croissant(manifest: Manifest) -> dict[str, Any]:
    """Returns a manifest as a Croissant document.

    Raises:
        DataError: If the data is drawn and has no files, or if some of them
            could not be read.
        ImportError: If `mlcroissant` is not installed.
    """
    _check_files(manifest)
    mlc = _mlcroissant()
    about = manifest.about
    name = about.get("title") or about.get("name") or "data"
    metadata = mlc.Metadata(
        name=f"{name} ({about.get('split', 'all')})",
        description=(
            f"{manifest.num_images} images for semantic segmentation; "
            f"manifest {manifest.id} of tf_advseg."
        ),
        version="1.0.0",
        url=about.get("url"),
        license=[about["licence"]] if about.get("licence") else None,
        creators=[mlc.Person(name=who) for who in about.get("creators", ())],
        distribution=[_file(mlc, entry) for entry in manifest.entries],
        record_sets=[*_record_sets(mlc, manifest)],
    )
    return metadata.to_json()


def save_croissant(manifest: Manifest, path: str | Path) -> None:
    """Writes a manifest as a Croissant document, atomically.

    Raises:
        DataError, ImportError: As `to_croissant`.
    """
    document = to_croissant(manifest)
    write_text(path, json.dumps(document, indent=1, default=str) + "\n")


def load_croissant(path: str | Path) -> Manifest:
    """Reads a manifest back from a Croissant document.

    Raises:
        DataError: If it cannot be read, or lacks hashes or pairs.
        ImportError: If `mlcroissant` is not installed.
    """
    mlc = _mlcroissant()
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        metadata = mlc.Dataset(jsonld=document).metadata
    except Exception as error:  # The library raises many kinds.
        text = " ".join(str(error).split())
        raise DataError(
            f"{str(path)!r} is no valid Croissant document: {text}."
        ) from error
    records = {records.id: records.data for records in metadata.record_sets}
    if not records.get("pairs"):
        raise DataError(
            f"The Croissant document {str(path)!r} has no record set `pairs` "
            "of images and labels; expected one that tf_advseg exported."
        )
    try:
        entries = {f.id: _entry(f) for f in metadata.distribution}
        pairs = [
            (entries[row["pairs/image"]], entries.get(row["pairs/label"]))
            for row in records["pairs"]
        ]
        class_map = _class_map(records)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(
            f"The Croissant document {str(path)!r} does not say enough of "
            f"its files for a manifest: {error!r} is missing."
        ) from error
    return make_manifest(pairs, class_map, _about(metadata))


def _check_files(manifest: Manifest) -> None:
    if not manifest.pairs:
        raise DataError(
            f"{manifest.about.get('name')!r} is drawn and has no files; "
            "Croissant describes files."
        )
    unread = [e.path for e in manifest.entries if len(e.sha256) != 64]
    if unread:
        raise DataError(
            f"{len(unread)} files cannot be read and so have no hash, "
            f"{unread[0]!r} first; mend or remove them."
        )


def _mlcroissant() -> ModuleType:
    try:
        import mlcroissant
    except ImportError as error:
        raise ImportError(
            "Croissant documents need a package: pip install "
            "'tf-advseg[croissant]'."
        ) from error
    return mlcroissant


def _file(mlc: ModuleType, entry: Entry) -> Any:
    ending = entry.path.rpartition(".")[2].lower()
    return mlc.FileObject(
        id=entry.path,
        name=entry.path,
        content_url=entry.path,
        content_size=f"{entry.size} B",
        encoding_formats=[_TYPES.get(ending, _UNKNOWN_TYPE)],
        sha256=entry.sha256,
    )


def _entry(file: Any) -> Entry:
    size = int(str(file.content_size).removesuffix(" B"))
    return Entry(file.id, size, file.sha256)


def _record_sets(mlc: ModuleType, manifest: Manifest) -> Iterator[Any]:
    rows = [
        {"image": image.path, "label": label.path if label else ""}
        for image, label in manifest.pairs
    ]
    yield _records(mlc, "pairs", rows)
    if manifest.class_map:
        codes = manifest.class_map
        rows = [
            {"name": name, "raw": json.dumps(raw)}
            for name, raw in codes["classes"]
        ]
        yield _records(mlc, "classes", rows)
        meaning = {k: v for k, v in codes.items() if k != "classes"}
        yield _records(mlc, "meaning", [{"json": json.dumps(meaning)}])


def _records(mlc: ModuleType, name: str, rows: list[dict[str, str]]) -> Any:
    fields = [
        mlc.Field(
            id=f"{name}/{column}",
            name=f"{name}/{column}",
            data_types=[mlc.DataType.TEXT],
        )
        for column in rows[0]
    ]
    data = [{f"{name}/{c}": value for c, value in r.items()} for r in rows]
    return mlc.RecordSet(id=name, name=name, fields=fields, data=data)


def _class_map(records: Mapping[str, list]) -> dict[str, Any] | None:
    if "classes" not in records:
        return None
    classes = [
        [row["classes/name"], json.loads(row["classes/raw"])]
        for row in records["classes"]
    ]
    meaning = json.loads(records["meaning"][0]["meaning/json"])
    return {"classes": classes, **meaning}


def _about(metadata: Any) -> dict[str, Any]:
    licence = metadata.license
    return {
        "name": metadata.name,
        "licence": licence[0] if isinstance(licence, list) and licence else "",
        "url": metadata.url,
        "creators": [person.name for person in metadata.creators or ()],
    }
