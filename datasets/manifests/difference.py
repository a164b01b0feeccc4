"""Names the differences of two manifests."""

from collections.abc import Mapping
from collections.abc import Sequence

from tf_advseg.datasets.manifests.manifest import Manifest

_SHOWN = 3


def differences(expected: Manifest, found: Manifest) -> list[str]:
    """Returns what changed, a clause each; empty if the ids are equal."""
    if expected.id == found.id:
        return []
    before = {entry.path: entry[1:] for entry in expected.entries}
    after = {entry.path: entry[1:] for entry in found.entries}
    changed = [p for p in before if p in after and before[p] != after[p]]
    clauses = [
        _clause(changed, "changed"),
        _clause([path for path in before if path not in after], "missing"),
        _clause([path for path in after if path not in before], "new"),
        *_of_mappings("recipe", expected.recipe, found.recipe),
        *_of_class_maps(expected.class_map, found.class_map),
    ]
    named = [clause for clause in clauses if clause]
    return named or ["images have other labels than before"]


def _clause(paths: Sequence[str], what: str) -> str:
    if not paths:
        return ""
    shown = ", ".join(repr(path) for path in sorted(paths)[:_SHOWN])
    more = f" and {len(paths) - _SHOWN:,} more" if len(paths) > _SHOWN else ""
    noun = "file is" if len(paths) == 1 else "files are"
    return f"{len(paths):,} {noun} {what} ({shown}{more})"


def _of_mappings(
    what: str, before: Mapping | None, after: Mapping | None
) -> list[str]:
    before, after = before or {}, after or {}
    keys = sorted({*before, *after})
    return [
        f"{what} {key!r} was {before.get(key)!r} and is {after.get(key)!r}"
        for key in keys
        if before.get(key) != after.get(key)
    ]


def _of_class_maps(before: Mapping | None, after: Mapping | None) -> list[str]:
    if before is None or after is None:
        return [] if before == after else ["labels came or went"]
    ours, theirs = dict(before["classes"]), dict(after["classes"])
    clauses = _of_mappings("codes of class", ours, theirs)
    if not clauses and list(ours) != list(theirs):
        clauses = ["the classes are in another order"]
    rest = ("labels_are", "ignored", "unknown")
    return clauses + _of_mappings(
        "class map's",
        {key: before[key] for key in rest},
        {key: after[key] for key in rest},
    )
