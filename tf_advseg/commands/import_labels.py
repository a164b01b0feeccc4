"""What `tf_advseg import_labels` does, once its flags are settings."""

import json
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import check_folder
from tf_advseg.base.conventions import IGNORE_LABEL
from tf_advseg.base.files import claims
from tf_advseg.base.process.exit_status import SKIPPED_FILES
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.archives import open_folder
from tf_advseg.datasets.classes.class_map_file import read_class_map
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.labelling.exports import areas
from tf_advseg.labelling.exports import formats
from tf_advseg.labelling.exports import writing
from tf_advseg.labelling.exports.export import Export
from tf_advseg.labelling.exports.export import Picture
from tf_advseg.labelling.exports.export import Tally
from tf_advseg.labelling.exports.names import ImageFiles
from tf_advseg.labelling.exports.names import check_apart
from tf_advseg.labelling.exports.source import Source
from tf_advseg.labelling.exports.source import open_export
from tf_advseg.labelling.exports.writing import Written
from tf_advseg.settings.import_labels import AUTO
from tf_advseg.settings.import_labels import ImportSettings

Found = list[tuple[Picture, str]]
_SHOWN = 10


def run(
    words: Sequence[str],
    settings: ImportSettings,
    write: Callable[[str], None] = print,
) -> int:
    """Reads an export and writes the folder; returns the exit status.

    Raises:
        DataError: If the export or an image cannot be used.
        ValueError: If `out` is there already.
    """
    if len(words) != 1:
        raise ValueError(
            f"Say one export, a file, folder or archive; received {len(words)}."
        )
    out = Path(settings.out)
    if out.exists() or out.is_symlink():
        raise ValueError(
            f"{settings.out!r} is there already, and nothing is written over; "
            "give another --out."
        )
    source = open_export(words[0])
    name = settings.format
    name = formats.detect(source) if name == AUTO else name
    export = formats.FORMATS[name](source)
    write(
        f"{words[0]} is an export of the format {name!r}: "
        f"{len(export.pictures):,} labelled images, "
        f"{len(export.classes)} classes ({_some(export.classes)})."
    )
    _check_shapes(export, settings)
    root = _images(settings, source)
    left_out = export.left_out
    found = _find(export, ImageFiles(root), left_out)
    order = settings.class_order
    given = read_class_map(order).class_set if order else None
    classes = writing.class_set(export, settings.unlabelled, given)
    out.parent.mkdir(parents=True, exist_ok=True)
    with claims.work_folder(out.parent) as work:
        folder = work / "whole"
        folder.mkdir()
        written = writing.write(
            folder,
            export,
            found,
            root,
            classes,
            settings.unlabelled,
            settings.link,
        )
        domain = writing.check(folder, out, [name for _, name in found])
        lines = [*export.remarks, *_told(classes, settings, written)]
        record = {
            "format": 1,
            "export": words[0],
            "read_as": name,
            "images": str(root),
            "unlabelled": settings.unlabelled,
            "remarks": lines,
            "left_out": left_out.counts() | export.other_shapes.counts(),
        }
        text = json.dumps(record, indent=1)
        (folder / "import.json").write_text(text + "\n", encoding="utf-8")
        folder.rename(out)
    for line in lines:
        write(line)
    for clause in [*left_out.lines(), *export.other_shapes.lines()]:
        write(f"Left out: {clause}.")
    write(
        f"Written: {len(found):,} labelled images into {out} (images "
        f"{'linked to' if settings.link else 'copied'}; split"
        f"{'s' * (len(domain.splits) > 1)} {', '.join(domain.splits)})."
    )
    return SKIPPED_FILES if _MISSING in left_out.counts() else 0


_MISSING = "images whose file is not there"


def _images(settings: ImportSettings, source: Source) -> Place:
    if not settings.images:
        return source.images
    root = open_folder(settings.images)
    if isinstance(root, Path):
        check_folder("The folder of images", root)
    elif settings.link:
        raise ValueError(
            f"Images in an archive cannot be linked to ({settings.images!r}); "
            "leave out --link, or unpack it."
        )
    suggested = (root / writing.SUGGESTIONS).is_file()
    return root / "images" if suggested else root


def _find(export: Export, files: ImageFiles, left_out: Tally) -> Found:
    """Each labelled image's file; those without one are counted."""
    found: Found = []
    for picture in export.pictures:
        name = files.find(picture)
        if name is None:
            left_out.add(_MISSING, picture.name)
        else:
            found.append((picture, name))
    if not found:
        raise DataError(_none(export, files))
    twice = writing.duplicates(found)
    if twice:
        raise DataError(twice)
    check_apart(name for _, name in found)
    labelled = {name for _, name in found}
    for name in files.names:
        if name not in labelled:
            left_out.add("files of images without a label", name)
    return found


def _none(export: Export, files: ImageFiles) -> str:
    if not export.pictures:
        left = "; ".join(export.left_out.lines())
        return f"The export has no labelled image{left and f': {left}'}."
    first = export.pictures[0].name
    have = f"{len(files.names):,} images, {files.names[0]!r} first"
    return (
        f"None of the {len(export.pictures):,} labelled images, {first!r} "
        f"first, is in {str(files.root)!r}, which holds "
        f"{have if files.names else 'no images'}; give the folder of the "
        "images that were labelled: --images=FOLDER."
    )


def _check_shapes(export: Export, settings: ImportSettings) -> None:
    shapes = export.other_shapes.lines()
    if shapes and settings.other_shapes == "refuse":
        raise DataError(
            f"The export has {'; '.join(shapes)}, which are no outlines of "
            "what they show: draw polygons or masks instead, or leave them out "
            "by --other_shapes=leave_out."
        )


def _told(
    classes: ClassSet, settings: ImportSettings, written: Written
) -> list[str]:
    """What a person should know of the labels that were written."""
    lines = []
    pixels, total = written.pixels, written.pixels.sum()
    absent = [
        n for n, count in zip(classes.names, pixels, strict=False) if not count
    ]
    if absent:
        lines.append(f"Classes that never occur: {_some(absent)}.")
    if written.contested:
        lines.append(
            f"{sum(written.contested.values()):,} pixels of "
            f"{len(written.contested):,} images are claimed by several "
            f"classes: {areas.RULE} ({_some([*written.contested])})."
        )
    what = "ignored (255)"
    if settings.unlabelled:
        what = f"ignored (255); unlabelled ones are {settings.unlabelled!r}"
    share = pixels[IGNORE_LABEL] / total
    lines.append(f"{share:.1%} of the pixels are {what}.")
    return lines


def _some(names: Sequence[Any]) -> str:
    more = ", ..." if len(names) > _SHOWN else ""
    return ", ".join(map(str, names[:_SHOWN])) + more
