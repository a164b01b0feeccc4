"""Loads one or several saved segmenters as one ensemble."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tf_advseg.base.files.model_facts import check_facts
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.networks.views import PLAIN
from tf_advseg.networks.views import View
from tf_advseg.networks.views import Window


@dataclasses.dataclass(frozen=True, eq=False)
class LoadedEnsemble:
    """Segmenters from files and what their files say alike.

    Attributes:
        ensemble: Predicts.
        class_names: C names.
        palette: One RGB colour a class.
        image_size: (H, W) to resize images to, or None to keep theirs.
        metadata: All of each file's metadata, in the order of the files.
    """

    ensemble: Ensemble
    class_names: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]
    image_size: tuple[int, int] | None
    metadata: tuple[dict[str, Any], ...]


def load_ensemble(
    paths: Sequence[str | Path],
    weights: Sequence[float] | None = None,
    combine: str = "logits",
    same_size: bool = True,
    views: Sequence[View] = PLAIN,
    window: Window | None = None,
) -> LoadedEnsemble:
    """Loads segmenters that predict the same classes.

    Args:
        paths: `.keras` files or folders of runs.
        weights: One a segmenter; equal by default.
        combine: "logits" or "probabilities", see `tf_advseg.networks.ensemble`.
        same_size: Whether the files must agree on the image size; False
            where the caller chooses another.
        views: What each segmenter is shown of an image.
        window: What it is shown each view through.

    Raises:
        ValueError: If a file cannot be loaded, or two files differ in their
            classes or image size.
    """
    models, metadata = zip(*map(load_segmenter, paths), strict=True)
    for path, facts in zip(paths, metadata, strict=True):
        _check_equal("classes", paths[0], metadata[0], path, facts)
        if same_size:
            _check_equal("image_size", paths[0], metadata[0], path, facts)
        check_facts(repr(str(path)), facts, wanted=("classes", "palette"))
    first = metadata[0]
    image_size = first.get("image_size")
    ensemble = Ensemble(models, weights, combine, views, window)
    if len(first["classes"]) != ensemble.num_classes:
        raise ValueError(
            f"The metadata of {str(paths[0])!r} name {len(first['classes'])} "
            f"classes, but its network has {ensemble.num_classes}."
        )
    return LoadedEnsemble(
        ensemble=ensemble,
        class_names=tuple(first["classes"]),
        palette=tuple(tuple(colour) for colour in first["palette"]),
        image_size=tuple(image_size) if image_size else None,
        metadata=metadata,
    )


def _check_equal(key, first_path, first, path, facts):
    if facts.get(key) != first.get(key):
        hint = " Give --size." if key == "image_size" else ""
        raise ValueError(
            f"The models of an ensemble need the same {key}; {first_path} "
            f"has {first.get(key)} and {path} has {facts.get(key)}.{hint}"
        )
