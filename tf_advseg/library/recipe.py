"""Two folders, and Keras' own compile and fit: five lines.

    recipe = tf_advseg.Recipe("renders", "photos", method="advent", steps=1000)
    model = recipe.model()
    model.compile(**recipe.compiling())
    model.fit(recipe.batches(), steps_per_epoch=100, epochs=10, shuffle=False)
    recipe.save(model, "mine.keras")

The network, the optimizers and the batches are those of `tf_advseg train`. What
that command does besides is not here: snapshots and the choice among them,
averages of weights, health, checkpoints, comparisons, the report.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tensorflow as tf

from tf_advseg.base.checks import check_choice
from tf_advseg.base.fields import names_deciding
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.experiment import making
from tf_advseg.experiment.batches import make_batches
from tf_advseg.experiment.batches import with_sizes
from tf_advseg.experiment.data.checks import check_data
from tf_advseg.methods.intrada import IntraDA
from tf_advseg.networks.model_file import save_segmenter
from tf_advseg.runs.parents import together as parents
from tf_advseg.settings.train import TrainSettings
from tf_advseg.training.step.segmenter_trainer import SegmenterTrainer

_NOT_FIT_S = {"ema_decay", "eval_split"}


class Recipe:
    """How `tf_advseg train` would train on two domains, for Keras' `fit`.

    Args:
        source: A folder of labelled images, or a registered domain's name.
        target: A folder of images, or such a name. No label of it is read.
        method: As `--method` takes it.
        write: Told what was found in the folders.
        **flags: Flags of `tf_advseg train` that decide what is learned, steps
            and batch_size say; steps are those of the rates' schedules.

    Attributes:
        source, target: The domains.
        settings: All settings, with the sizes that the images led to.

    Raises:
        ValueError: If a flag is none of these, or the method wants more than
            `fit` can give.
        DataError: If a folder cannot be trained on; names what is wrong.
    """

    def __init__(
        self,
        source: str | os.PathLike,
        target: str | os.PathLike,
        *,
        method: str = "advent",
        write: Callable[[str], None] = print,
        **flags: Any,
    ):
        known = names_deciding(TrainSettings, "weights") - _NOT_FIT_S
        for name in flags:
            check_choice("setting for fit:", name, sorted(known))
        settings = TrainSettings(
            source=os.fspath(source),
            target=os.fspath(target),
            method=method,
            **flags,
        )
        settings.look()
        self._method = making.scaled(settings)
        if isinstance(self._method, IntraDA):
            raise ValueError(
                f"The method {self._method.name} ranks images into a run's "
                "folder first: use `tf_advseg train`."
            )
        self._domains = making.make_domains(settings)
        check_data(settings, self._domains, write)
        self.settings = with_sizes(settings, self._domains, write)
        making.scaled(self.settings)  # Now that all sizes are known.

    @property
    def source(self) -> Domain:
        return self._domains.source

    @property
    def target(self) -> Domain:
        return self._domains.target

    def model(self) -> SegmenterTrainer:
        """Returns the network in its trainer, a Keras model, not compiled.

        Its `segmenter` is what is kept in the end. With several devices, call
        this and `compile` in a strategy's scope.
        """
        self._method = making.make_method(self.settings, self._domains)
        names = self.source.class_set.names
        parents.check(self.settings, names)
        return making.make_trainer(self.settings, self._method, names)

    def compiling(self) -> dict[str, Any]:
        """Returns what the command gives to `compile`; change what you like."""
        return making.compile_options(self.settings)

    def batches(self) -> tf.data.Dataset:
        """Returns endless batches of both domains, see `tf_advseg.pair`.

        `fit` shuffles nothing that has no end: `shuffle=False` says so.
        """
        return make_batches(
            self.settings, self._domains, self._method, 0, FaultLog()
        )

    def save(self, model: SegmenterTrainer, path: str | os.PathLike) -> Path:
        """Writes the segmenter, with all that `tf_advseg.load` wants to know.

        Args:
            model: What was trained.
            path: Ends in `.keras`; replaced atomically.
        """
        facts = making.segmenter_facts(
            self.settings, self._domains, model.method
        )
        facts["step"] = int(model.optimizer.iterations.value.numpy())
        return save_segmenter(model.segmenter, Path(path), facts)
