"""Label Studio: its JSON export, a list of tasks with annotations.

labelstud.io/guide/export ("Raw JSON format") and labelstud.io/tags: regions of
`brushlabels` are run lengths (see `runs.unpacked`) of a picture whose fourth
channel says how much of a pixel the brush covers; points of `polygonlabels`
are in percent of the image's width and height.

A task's newest annotation counts that was submitted and not skipped; what a
model predicted is none.
"""

import functools
import re
import urllib.parse
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import brief
from tf_advseg.datasets.domains.folders.listing import IMAGE_ENDINGS
from tf_advseg.labelling import runs
from tf_advseg.labelling.exports import areas
from tf_advseg.labelling.exports.areas import Area
from tf_advseg.labelling.exports.export import NOTHING
from tf_advseg.labelling.exports.export import Export
from tf_advseg.labelling.exports.export import Painted
from tf_advseg.labelling.exports.export import Picture
from tf_advseg.labelling.exports.export import Tally
from tf_advseg.labelling.exports.export import sound
from tf_advseg.labelling.exports.names import clean_name
from tf_advseg.labelling.exports.source import Source

_BRUSH, _POLYGON = "brushlabels", "polygonlabels"
_HALF = 128
_UPLOAD = re.compile(r"[0-9a-f]{8}-(.+)")
"""What Label Studio puts before the name of a file that was uploaded."""


def read(source: Source) -> Export:
    """Reads an export; its classes are sorted by name, as it lists none.

    Raises:
        DataError: If it contradicts itself.
    """
    left_out, others = Tally(), Tally()
    tasks: list[tuple[str, str, list[Mapping]]] = []
    num_older = 0
    with sound(f"The Label Studio export {source}"):
        for number, task in enumerate(source.json):
            what = f"task {task.get('id', number)}"
            address = _address(task["data"], f"{what} of {source}")
            given = task.get("annotations", task.get("completions")) or []
            kept = [one for one in given if not one.get("was_cancelled")]
            for _ in range(len(given) - len(kept)):
                left_out.add("annotations that were skipped", what)
            if not kept:
                left_out.add("tasks without an annotation", what)
                continue
            num_older += len(kept) - 1
            newest = max(kept, key=_time)
            regions = _regions(newest["result"], what, left_out, others)
            tasks.append((what, address, regions))
        names = sorted({n for *_, rs in tasks for r in rs for n in _names(r)})
        pictures = [_picture(source, names, *task) for task in tasks]
    remarks = []
    if num_older:
        remarks.append(
            f"{num_older:,} older annotations of tasks that have several are "
            "left out: the newest counts."
        )
    return Export(
        names,
        pictures,
        left_out=left_out,
        other_shapes=others,
        remarks=remarks,
    )


def _regions(
    results: Sequence[Mapping], what: str, left_out: Tally, others: Tally
) -> list[Mapping]:
    """The regions that cover pixels; the other results are counted."""
    found = []
    for one in results:
        kind = str(one["type"])
        if kind in (_BRUSH, _POLYGON):
            found.append(one)
        elif "original_width" in one:
            others.add(f"regions of the kind {kind!r}", what)
        else:
            left_out.add(f"answers of the kind {kind!r}", what)
    return found


def _picture(
    source: Source,
    names: Sequence[str],
    what: str,
    address: str,
    regions: Sequence[Mapping],
) -> Picture:
    name = clean_name(address, f"{what.capitalize()} of {source}")
    folder, slash, file = name.rpartition("/")
    uploaded = _UPLOAD.fullmatch(file)
    sizes = {
        (int(one["original_height"]), int(one["original_width"]))
        for one in regions
    }
    if len(sizes) > 1:
        raise DataError(f"{what} of {source} has regions of several sizes.")
    return Picture(
        name,
        sizes.pop() if sizes else None,
        functools.partial(_paint, f"{what} of {source}", regions, names),
        [folder + slash + uploaded[1]] if uploaded else [],
    )


def _paint(
    what: str,
    regions: Sequence[Mapping],
    names: Sequence[str],
    size: tuple[int, int],
) -> Painted:
    found = []
    for region in regions:
        own = _names(region)
        if len(own) > 1:
            raise DataError(
                f"A region of {what} has the labels {', '.join(own)}; "
                "expected one a region."
            )
        index = names.index(own[0]) if own else NOTHING
        found.append(Area(index, functools.partial(_mask, what, region)))
    return areas.paint(found, size)


def _mask(what: str, region: Mapping, size: tuple[int, int]) -> np.ndarray:
    value = region["value"]
    with sound(f"Region {brief(region.get('id'))} of {what}"):
        if region.get("image_rotation"):
            raise ValueError("its image was turned in the tool; turn it back")
        if region["type"] == _POLYGON:
            share = np.array(value["points"], float).reshape(-1, 2) / 100
            return areas.of_polygons([share * size[::-1]], size)
        covered = runs.unpacked(value["rle"], 4 * size[0] * size[1])
        return covered.reshape(*size, 4)[..., 3] >= _HALF


def _names(region: Mapping) -> list[str]:
    names = region["value"].get(region["type"]) or []
    return [str(name) for name in names]


def _time(annotation: Mapping) -> tuple[str, int]:
    """When it was changed last, as text that sorts; then its number."""
    when = annotation.get("updated_at") or annotation.get("created_at") or ""
    return str(when), int(annotation.get("id") or 0)


def _address(data: Mapping[str, Any], what: str) -> str:
    """The path of a task's image on whatever served it.

    `/data/local-files/?d=folder/a.png`, `/data/upload/1/0123abcd-a.png`,
    `s3://bucket/a.png`, `https://host/a.png`.
    """
    paths = []
    for value in data.values():
        parts = urllib.parse.urlsplit(value if isinstance(value, str) else "")
        query = urllib.parse.parse_qs(parts.query)
        path = query["d"][0] if "d" in query else _unquoted(parts.path)
        if path.lower().endswith(IMAGE_ENDINGS):
            paths.append(path.lstrip("/"))
    if len(paths) != 1:
        raise DataError(
            f"{what} has {len(paths)} addresses of images; expected one that "
            f"ends in {', '.join(IMAGE_ENDINGS)}."
        )
    return paths[0]


def _unquoted(path: str) -> str:
    return urllib.parse.unquote(path)
