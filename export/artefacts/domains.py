"""The domains of a run, for calibration and for the gate.

They are the run's own (its config.json says which) unless the settings name
others.
"""

from collections.abc import Callable
from collections.abc import Sequence

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.classes.assumed_labels import table_of_models
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.experiment.data.several import make_domains_of
from tf_advseg.export.artefacts.facts import run_folder_of
from tf_advseg.export.artefacts.home_images import HomeImages
from tf_advseg.networks.ensemble_file import LoadedEnsemble
from tf_advseg.runs.folder import read_settings
from tf_advseg.settings.export import ExportSettings
from tf_advseg.settings.train import TrainSettings


class ExportDomains:
    """Finds domains and reads images of them.

    Args:
        settings: Of the export.
        write: Told how many images are taken, how many left out, and why.

    Raises:
        ValueError: If neither the settings nor a run say which domain.
    """

    def __init__(
        self,
        settings: ExportSettings,
        write: Callable[[str], None] = lambda _: None,
    ):
        self._settings = settings
        self._write = write
        self._told: set[str] = set()
        self._trained = _training_settings(settings)
        if not (settings.target or self._trained):
            found = ""
            if settings.run:
                found = f" {settings.run!r} is no folder of a training run."
            raise ValueError(
                "Say which images to calibrate and to compare on: --run=RUN "
                f"of the model, or --target=DOMAIN.{found}"
            )

    def home_images(self, loaded: LoadedEnsemble) -> HomeImages:
        """Target images, without their labels."""
        return self._images(self.target(loaded), "target")

    def calibration_images(self, loaded: LoadedEnsemble) -> HomeImages:
        """Images of the domain to calibrate on."""
        if self._settings.calibration == "source":
            return self._images(self._domain("source", loaded), "source")
        return self.home_images(loaded)

    def gate_images(self, loaded: LoadedEnsemble) -> HomeImages:
        """Target images that were not trained on, labels if there are any."""
        domain = self.target(loaded)
        split = self._settings.gate_split or self._evaluation_split(domain)
        keys = self._spread(domain, split, self._settings.gate_images)
        labels = None
        if domain.has_labels(split):
            labels = [domain.read_label(key) for key in keys]
        images = [domain.read_image(key) for key in keys]
        return HomeImages(domain.name, split, images, labels, keys)

    def target(self, loaded: LoadedEnsemble) -> Domain:
        """The target domain, of the model's classes."""
        domain = self._domain("target", loaded)
        if domain.class_set.names != loaded.class_names:
            raise ValueError(
                f"The model predicts {', '.join(loaded.class_names)}, but "
                f"{domain.name!r} is labelled with "
                f"{', '.join(domain.class_set.names)}. Give the class map that "
                "the model was trained with (--classes)."
            )
        return domain

    def _domain(self, role: str, loaded: LoadedEnsemble) -> Domain:
        given = getattr(self._settings, role)
        class_set = ClassSet(
            name=loaded.metadata[0].get("class_set", "model"),
            names=loaded.class_names,
            palette=loaded.palette,
        )
        like = table_of_models(loaded.metadata)
        if given or self._trained is None:
            return make_domains_of(
                given, self._settings.classes, class_set, like
            )
        trained = self._trained
        classes = trained.classes
        if role == "target":
            classes = trained.target_classes
        try:
            return make_domains_of(
                getattr(trained, role), classes, class_set, like
            )
        except (DataError, OSError) as error:
            raise DataError(
                f"{error} That is where the run found its {role}; say where "
                f"it is now with --{role} (and --classes)."
            ) from error

    def _images(self, domain: Domain, role: str) -> HomeImages:
        split = self._split(role)
        count = self._settings.calibration_images
        keys = self._spread(domain, split, count)
        images = [domain.read_image(key) for key in keys]
        return HomeImages(domain.name, split, images, keys=keys)

    def _evaluation_split(self, domain: Domain) -> str:
        wanted = self._trained.eval_split if self._trained else "val"
        return wanted if wanted in domain.splits else self._split("target")

    def _split(self, role: str) -> str:
        if role == "target" and self._settings.calibration_split:
            return self._settings.calibration_split
        if self._trained is None:
            return "train"
        return getattr(self._trained, f"{role}_split")

    def _spread(self, domain: Domain, split: str, count: int) -> list[str]:
        """At most `count` keys, evenly spread; says, once, what that is."""
        line = domain.taken(split, count)
        if line not in self._told:
            self._told.add(line)
            self._write(line)
        return _spread(domain.keys(split), count)


def _spread(keys: Sequence[str], count: int) -> list[str]:
    """At most `count` keys, evenly spread."""
    count = min(count, len(keys))
    chosen = np.linspace(0, len(keys) - 1, count).round().astype(int)
    return [keys[int(index)] for index in chosen]


def _training_settings(settings: ExportSettings) -> TrainSettings | None:
    """How the model was trained, if its run is there to say."""
    where = settings.run or settings.model_paths[0]
    folder = run_folder_of(where)
    if folder is None:
        return None
    return read_settings(folder)
