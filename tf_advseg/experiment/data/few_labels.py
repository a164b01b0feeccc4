"""The target images that somebody has labelled: `--target_labels`.

A folder of images of which some have a mask, as `suggest_labels` leaves it to
be filled, or a domain by name. Images without a mask are left out; images that
the run is evaluated on are refused.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.archives import Place
from tf_advseg.datasets.classes.assumed_labels import table_of
from tf_advseg.datasets.domains.composed.mixture import domains_in
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.domains.file_domain import FileDomain
from tf_advseg.datasets.domains.folders.listing import Listing
from tf_advseg.datasets.manifests.making import manifest_of
from tf_advseg.evaluation.evaluating import has_labels
from tf_advseg.experiment import registry

SPLIT = "train"
"""The only split that is looked at: that of a folder without any."""

_SUGGESTIONS = "suggestions.json"
_SHOWN = 3


class _WithMasks(FileDomain):
    """The images of a domain of files that have a mask."""

    def __init__(self, whole: FileDomain):
        self.name = whole.name
        self.root = whole.root
        self.class_set = whole.class_set
        self.label_table = whole.label_table
        self.splits = (SPLIT,)
        self._whole = whole
        missing = set(whole.missing_labels(SPLIT))
        keys = whole.keys(SPLIT)
        self._keys = tuple(key for key in keys if key not in missing)
        self._num_without = len(missing)

    def keys(self, split: str) -> Sequence[str]:
        return self._keys

    def has_labels(self, split: str) -> bool:
        return True

    def left_out(self, split: str) -> str:
        others = self._whole.left_out(split)
        if not self._num_without:
            return others
        return f"{self._num_without:,} without a mask left out; {others}"

    def stray_labels(self, split: str) -> list[Place]:
        return self._whole.stray_labels(split)

    def listings(self, split: str) -> dict[str, Listing]:
        return self._whole.listings(split)

    def wanted_labels(self, split: str) -> str:
        return self._whole.wanted_labels(split)

    def _label_path(self, key: str) -> Place:
        return self._whole._label_path(key)


def make_few_labels(name: str, source: Domain, target: Domain) -> Domain:
    """Finds the labelled images of the target.

    What their labels mean says the folder's own classes.yaml; without one
    they are read as the target's.

    Args:
        name: As `registry.make_domain` takes it.
        source: Of the run, for its classes.
        target: Of the run.

    Raises:
        DataError: If no image has a mask, or the classes differ.
        ValueError: If a name is unknown.
    """
    flag = f"--target_labels={name}"
    domain = registry.make_domain(
        name, class_set=source.class_set, labels_like=table_of(target)
    )
    ours, theirs = source.class_set.names, domain.class_set.names
    if ours != theirs:
        raise DataError(
            f"{flag} has the classes {', '.join(theirs)}; this run has "
            f"{', '.join(ours)}. Write the same names in the same order into "
            "its classes.yaml."
        )
    if SPLIT not in domain.splits:
        raise DataError(
            f"{flag} has no split {SPLIT!r}, only {', '.join(domain.splits)}; "
            "expected a folder with images/ and labels/."
        )
    is_bare = not domain.has_labels(SPLIT)
    if is_bare or not set(domain.keys(SPLIT)) - {*domain.missing_labels(SPLIT)}:
        where = f"{name}/labels" if Path(name).is_dir() else "its labels"
        raise DataError(
            f"{flag} has no labels: put corrected masks, PNG files under the "
            f"images' names, into {where!r}; drafts are none."
        )
    return _WithMasks(domain) if isinstance(domain, FileDomain) else domain


def facts(few: Domain | None) -> dict[str, str]:
    """What a model's file says of them; nothing if there are none."""
    if few is None:
        return {}
    return {"target_labels": f"{few.name}, {len(few.keys(SPLIT))} images"}


def check_apart(few: Domain, target: Domain, eval_split: str) -> None:
    """Refuses labelled images that the run is evaluated on.

    They are known by the bytes of their files or, since `suggest_labels`
    writes images anew, by what it notes of where they come from.

    Raises:
        DataError: Naming them.
    """
    labelled = [o for o in domains_in(target) if has_labels(o, eval_split)]
    if not labelled:
        return
    theirs = [manifest_of(one, eval_split) for one in labelled]
    ours = manifest_of(few, SPLIT)
    known = {image.sha256 for one in theirs for image, _ in one.pairs}
    same = {i.path for i, _ in ours.pairs if i.sha256 in known}
    if isinstance(few, FileDomain):
        # Suggested from all targets together, or from one of them.
        for whole in [target, *labelled]:
            keys = set(whole.keys(eval_split))
            same |= {
                path
                for path, key in _suggested(few.root, whole.name).items()
                if key in keys and path in few.keys(SPLIT)
            }
    elif few.recipe(SPLIT) in [one.recipe for one in theirs if one.recipe]:
        same = set(few.keys(SPLIT))
    if same:
        names = ", ".join(sorted(same)[:_SHOWN])
        more = ", ..." if len(same) > _SHOWN else ""
        raise DataError(
            f"--target_labels={few.name} holds {len(same)} image"
            f"{'s' * (len(same) > 1)} of split {eval_split!r} of "
            f"{target.name!r}, which the run is evaluated on ({names}{more}): "
            "figures would say nothing of other images. Take their masks out, "
            "or give another --eval_split."
        )


def _suggested(root: Place, target: str) -> dict[str, str]:
    """The target's key of each image that was suggested, by its own."""
    try:
        record = json.loads((root / _SUGGESTIONS).read_text(encoding="utf-8"))
        if record["target"] != target:
            return {}
        rows = record["images"]
        return {f"images/{row['file']}": str(row["key"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # No list of suggestions, or one that is no use.
