"""Pictures of a pair: images, labels, source only, the best method, oracle.

Those of the streets are the project's own and go into its documents. Real
images are other people's: their pictures go where git does not look.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.adaptation.document import best_method
from benchmarks.adaptation.plan import Experiment
from benchmarks.adaptation.recipes import ORACLE
from benchmarks.adaptation.recipes import SOURCE_ONLY
from benchmarks.adaptation.records import Record
from tf_advseg import pictures
from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.datasets.files.evaluation_samples import EvaluationSamples
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.experiment import making
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.runs.folder import read_settings

CHECKOUT = Path(__file__).parents[2]
ROWS = 4


def draw(pair: str, record: Record, runs: Path, file: Path) -> list[str]:
    """Draws what the runs of seed 0 make of some held-out images.

    Args:
        pair: Its name.
        record: Says which method is the best.
        runs: Where the runs' folders are.
        file: The picture to write.

    Returns:
        The methods that are shown: of those three, whose folders are there.
    """
    names = (SOURCE_ONLY, best_method(record.runs), ORACLE)
    folders = {
        name: folder
        for name in names
        if name
        and (folder := Experiment(pair, name, 0, {}).folder(runs)).is_dir()
    }
    if not folders:
        return []
    sheet = drawn(list(folders.values()), list(folders))
    file.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(file) as temporary:
        Image.fromarray(sheet).save(temporary, format="PNG", optimize=True)
    return list(folders)


def drawn(folders: Sequence[Path], titles: Sequence[str]) -> np.ndarray:
    """The sheet of some runs' chosen weights, uint8 `(H, W, 3)`."""
    settings = read_settings(folders[0])
    target, split = making.make_domains(settings).target, settings.eval_split
    classes, size = target.class_set, making.evaluation_size(settings)
    ensembles = [Ensemble([load_segmenter(folder)[0]]) for folder in folders]
    keys = target.keys(split)
    spread = np.linspace(0, len(keys) - 1, min(ROWS, len(keys)))
    keys = [keys[int(index)] for index in spread]
    rows = []
    for sample in EvaluationSamples(target, keys, size, True, FaultLog()):
        shape, images = sample.image.shape[:2], sample.image[np.newaxis]
        maps = [sample.label]
        for ensemble in ensembles:
            found, _ = ensemble.predict_classes_and_entropy(images, shape)
            maps.append(found[0].numpy())
        painted = [pictures.colourise(one, classes.palette) for one in maps]
        rows.append([sample.image.astype(np.uint8), *painted])
    sheet = pictures.contact_sheet(rows, ["image", "label", *titles])
    legend = pictures.legend(classes.names, classes.palette, sheet.shape[1])
    return pictures.stacked([legend, sheet])


def check_outside(folder: Path) -> None:
    """Refuses a folder of the checkout for pictures of real images.

    Raises:
        ValueError: If it is one.
    """
    if folder.resolve().is_relative_to(CHECKOUT):
        raise ValueError(
            f"--pictures={folder} lies in the checkout, and pictures of real "
            "images must not be published; give a folder outside of it."
        )
