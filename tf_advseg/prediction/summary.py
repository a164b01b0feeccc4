"""What lies beside predictions: the meaning of ids and colours, the skipped."""

import dataclasses
import json
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from tf_advseg import pictures
from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.base.process.exit_status import SKIPPED_FILES
from tf_advseg.prediction import outputs
from tf_advseg.prediction.run import PredictionRun


def write_summary(
    out: Path,
    about: Mapping[str, object],
    class_names: Sequence[str],
    palette: Sequence[Sequence[int]],
    result: PredictionRun,
    with_entropy: bool = False,
) -> None:
    """Writes what the ids and colours mean, and what was skipped.

    Args:
        out: The folder.
        about: What predicted.
        class_names: C names; without any there is no legend.
        palette: One RGB colour a class.
        result: How it ended.
        with_entropy: Whether the legend explains entropy's colours, too.
    """
    facts = dataclasses.asdict(result)
    skipped = facts.pop("faults")
    classes = [
        {"id": index, "name": name, "colour": list(colour)}
        for index, (name, colour) in enumerate(
            zip(class_names, palette, strict=True)
        )
    ]
    content = {**about, "classes": classes, **facts, "skipped": skipped}
    write_text(out / outputs.SUMMARY_FILE, json.dumps(content, indent=1) + "\n")
    if not class_names:
        return
    parts = [pictures.legend(class_names, palette)]
    if with_entropy:
        parts.append(pictures.entropy_scale())
    with atomic_path(out / outputs.LEGEND_FILE) as temporary:
        Image.fromarray(pictures.stacked(parts)).save(temporary)


def report_skipped(
    result: PredictionRun, write: Callable[[str], None], why: str = ""
) -> int:
    """Says what was skipped, if anything; returns the exit status."""
    if not result.faults:
        return 0
    write(f"Skipped {len(result.faults)}{why}:")
    for reason in result.faults.values():
        write(f"  {reason}")
    return SKIPPED_FILES
