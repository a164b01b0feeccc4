"""What `python -m tf_advseg.predict` does, once its flags are settings."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from tf_advseg import pictures
from tf_advseg import prediction
from tf_advseg.atomic_file import atomic_path
from tf_advseg.atomic_file import write_text
from tf_advseg.ensemble_file import LoadedEnsemble
from tf_advseg.exit_status import SKIPPED_FILES
from tf_advseg.model_choice import load_models
from tf_advseg.model_settings import PredictSettings
from tf_advseg.prediction import outputs
from tf_advseg.prediction import video
from tf_advseg.progress import Progress


def run(settings: PredictSettings, write: Callable[[str], None] = print) -> int:
    """Predicts and reports; returns the exit status.

    Args:
        settings: What to do.
        write: Where the report goes.
    """
    # Everything that can be wrong fails before the model is loaded.
    kinds = prediction.parse_kinds(settings.save)
    out = Path(settings.out)
    files = _find_files(settings.input, out)
    prediction.check_outputs(files, out, kinds)
    loaded, size = load_models(settings)
    total = len(files)
    if files[0].is_video:
        total = video.count_frames(files[0].path)
    result = prediction.predict_files(
        loaded.ensemble,
        files,
        out,
        kinds=kinds,
        palette=loaded.palette,
        size=size,
        batch_size=settings.batch_size,
        progress=Progress(total),
    )
    _write_summary(
        out, settings.model_paths, loaded, result, "entropy" in kinds
    )
    write(f"Predicted {result.num_predicted} images into {out}.")
    if not result.faults:
        return 0
    write(f"Skipped {len(result.faults)} that cannot be read:")
    for reason in result.faults.values():
        write(f"  {reason}")
    return SKIPPED_FILES


def _find_files(where, out):
    """The inputs; the library for videos is looked for if it is needed."""
    if not where:
        raise ValueError(
            "Say what to predict: --input=IMAGE, VIDEO, FOLDER or 'PATTERN'."
        )
    files = prediction.find_inputs(where, leave_out=out)
    if files[0].is_video:
        video.video_library()
    return files


def _write_summary(
    out: Path,
    models: list[str],
    loaded: LoadedEnsemble,
    result: prediction.PredictionRun,
    with_entropy: bool,
) -> None:
    """Writes what the ids and colours mean, and what was skipped."""
    summary = {
        "models": models,
        "classes": [
            {"id": index, "name": name, "colour": list(colour)}
            for index, (name, colour) in enumerate(
                zip(loaded.class_names, loaded.palette, strict=True)
            )
        ],
        "num_predicted": result.num_predicted,
        "skipped": result.faults,
    }
    write_text(out / outputs.SUMMARY_FILE, json.dumps(summary, indent=1) + "\n")
    parts = [pictures.legend(loaded.class_names, loaded.palette)]
    if with_entropy:
        parts.append(pictures.entropy_scale())
    _save_picture(out / outputs.LEGEND_FILE, pictures.stacked(parts))


def _save_picture(path: Path, picture: np.ndarray) -> None:
    with atomic_path(path) as temporary:
        Image.fromarray(picture).save(temporary)
