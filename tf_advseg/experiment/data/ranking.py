"""Ranks a run's target images by how sure its start is of them (`intrada`).

Done once, before the first step, and kept in the run's folder: a resumed run
reads what is there.
"""

from collections.abc import Callable
from collections.abc import Iterator

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.base.progress import Progress
from tf_advseg.base.progress import watched
from tf_advseg.datasets.domains.composed.mixture import Mixture
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.evaluation_samples import EvaluationSamples
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.experiment import making
from tf_advseg.experiment import networks
from tf_advseg.experiment.making import Domains
from tf_advseg.methods.intrada import IntraDA
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.runs import easy_and_hard
from tf_advseg.runs.easy_and_hard import EASY
from tf_advseg.runs.easy_and_hard import EasyAndHard
from tf_advseg.runs.parents import start
from tf_advseg.settings.train import TrainSettings

_MANY = 200


def check(settings: TrainSettings, domains: Domains) -> None:
    """Refuses a target that cannot be split; other methods take any.

    Raises:
        DataError: If it has fewer than two images.
    """
    method = making.scaled(settings)
    keys = domains.target.keys(settings.target_split)
    if isinstance(method, IntraDA) and len(keys) < 2:
        raise DataError(
            f"--method={method.name} splits the target's images into easy and "
            f"hard ones, but split {settings.target_split!r} of "
            f"{domains.target.name!r} has only {len(keys)}; give at least two."
        )


def prepare(
    settings: TrainSettings,
    domains: Domains,
    write: Callable[[str], None] = print,
) -> None:
    """Sees to it that the run's folder says what is easy, if that is asked.

    Args:
        settings: Of the run, whose folder has the start.
        domains: Of the run.
        write: Told what is done.

    Raises:
        DataError: If too many images cannot be read.
        ValueError: If the start is another network than the run's.
    """
    method = making.scaled(settings)
    if not isinstance(method, IntraDA) or _is_whole(settings.run, write):
        return
    faults = FaultLog()
    parts = easy_and_hard.write(
        settings.run,
        _predictions(settings, domains.target, faults),
        method.easy_share,
        faults.faults,
    )
    write(_summary(parts))
    if isinstance(domains.target, Mixture):
        write("Easy and hard ones are drawn alike, whatever --target's shares.")


def _is_whole(run: str, write: Callable[[str], None]) -> bool:
    """Whether the folder has it all; what is damaged is told of."""
    try:
        parts = easy_and_hard.read(run)
        if parts is not None:
            easy_and_hard.check_labels(parts)
    except DataError as error:
        write(f"{error} The target is ranked again by {start.START_FILE}.")
        return False
    return parts is not None


def _predictions(
    settings: TrainSettings, target: Domain, faults: FaultLog
) -> Iterator[tuple[str, float, np.ndarray]]:
    """Key, R and train ids of each image, at the size that is trained at."""
    # The run's own network: a start that is another one is refused here.
    classes = target.class_set.num_classes
    segmenter = networks.make_segmenter(settings, classes)
    start.load_into(segmenter, settings)
    ensemble = Ensemble([segmenter])
    keys = target.keys(settings.target_split)
    size = making.evaluation_size(settings)
    samples = EvaluationSamples(target, keys, size, False, faults)
    many = len(keys) > _MANY
    progress = Progress(len(keys), "images ranked") if many else None
    for sample in watched(samples, progress):
        ids, entropy = ensemble.predict_classes_and_entropy(
            sample.image[None], sample.image.shape[:2]
        )
        mean_entropy = float(np.mean(entropy.numpy(), dtype=np.float64))
        if not np.isfinite(mean_entropy):
            raise ValueError(
                f"--start={settings.start} predicts no numbers for "
                f"{sample.key!r}: it is not sound. Give another start."
            )
        yield sample.key, mean_entropy, ids.numpy()[0]


def _summary(parts: EasyAndHard) -> str:
    easy, left_out = parts.of(EASY), len(parts.left_out)
    unread = f" {left_out} cannot be read and are left out." * bool(left_out)
    return (
        f"Ranked {len(parts.images)} target images by entropy: {len(easy)} "
        f"are easy, up to {easy[-1].entropy:.3f}; the others are hard, up to "
        f"{parts.images[-1].entropy:.3f}.{unread}"
    )
