"""What lies beside predictions: the meaning of ids and colours, the skipped."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from tf_advseg import pictures
from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.prediction import outputs
from tf_advseg.prediction.run import PredictionRun


def write_summary(
    out: Path,
    models: Sequence[str],
    class_names: Sequence[str],
    palette: Sequence[Sequence[int]],
    result: PredictionRun,
    with_entropy: bool,
) -> None:
    """Writes what the ids and colours mean, and what was skipped.

    Args:
        out: The folder.
        models: What predicted.
        class_names: C names.
        palette: One RGB colour a class.
        result: How it ended.
        with_entropy: Whether the legend explains entropy's colours, too.
    """
    content = {
        "models": list(models),
        "classes": [
            {"id": index, "name": name, "colour": list(colour)}
            for index, (name, colour) in enumerate(
                zip(class_names, palette, strict=True)
            )
        ],
        "num_predicted": result.num_predicted,
        "skipped": result.faults,
    }
    write_text(out / outputs.SUMMARY_FILE, json.dumps(content, indent=1) + "\n")
    parts = [pictures.legend(class_names, palette)]
    if with_entropy:
        parts.append(pictures.entropy_scale())
    _save_picture(out / outputs.LEGEND_FILE, pictures.stacked(parts))


def _save_picture(path: Path, picture: np.ndarray) -> None:
    with atomic_path(path) as temporary:
        Image.fromarray(picture).save(temporary)
