"""What of a run is not bit-equal to that of another."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tf_advseg.base.files.state_files import StateFiles

TEXTS = (
    "metrics.csv",
    "metrics.json",
    "metrics_best.json",
    "selection.json",
    "alarms.json",
    "iou.txt",
    "snapshots/scores.json",
)


def differences(run: Path, whole: Path) -> list[str]:
    """What of a run is not bit-equal to that of another."""
    found = [
        name
        for name in TEXTS
        if (run / name).read_bytes() != (whole / name).read_bytes()
    ]
    ours, theirs = _arrays(run), _arrays(whole)
    found += sorted(ours.keys() ^ theirs.keys())
    for name in sorted(ours.keys() & theirs.keys()):
        if not np.array_equal(ours[name], theirs[name]):
            found.append(name)
    return found


def _arrays(run: Path) -> dict[str, np.ndarray]:
    """Every array of a run's models and of its newest checkpoint."""
    import tensorflow as tf

    arrays = {}
    for path in sorted(run.rglob("*.keras")):
        model = path.relative_to(run)
        for name, array in _model_arrays(path):
            arrays[f"{model}:{name}"] = array
    state = StateFiles(run / "checkpoints").states()[-1]
    reader = tf.train.load_checkpoint(str(state.prefix))
    for name in reader.get_variable_to_shape_map():
        if not name.startswith("_CHECKPOINTABLE"):
            arrays[f"checkpoint:{name}"] = reader.get_tensor(name)
    return arrays


def _model_arrays(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    import h5py

    with (
        zipfile.ZipFile(path) as archive,
        archive.open("model.weights.h5") as member,
        h5py.File(member) as file,
    ):
        names = []
        file.visit(names.append)
        for name in names:
            if isinstance(file[name], h5py.Dataset):
                yield name, np.asarray(file[name])
