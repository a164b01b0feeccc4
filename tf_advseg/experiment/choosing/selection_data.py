"""Which images of a run's domains its candidates are scored on."""

from typing import Any

from tf_advseg.base.fields import parse_size
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.experiment.data import no_source
from tf_advseg.experiment.making import Domains
from tf_advseg.selection.images import SelectionImages
from tf_advseg.selection.images import read_samples
from tf_advseg.selection.images import source_prior
from tf_advseg.selection.scores.table import VERSION
from tf_advseg.settings.parts.data import DataSettings
from tf_advseg.settings.train import TrainSettings

_VALIDATION_SPLITS = ("val", "dev", "test")


def validation_split(settings: DataSettings, source: Domain) -> str:
    """A labelled split of the source that is not trained on, if it has one.

    Without one the training split must do: it still shows what forgot the
    source, though not what learned it by heart.
    """
    for split in _VALIDATION_SPLITS:
        is_free = split != settings.source_split
        if is_free and split in source.splits and source.has_labels(split):
            return split
    return settings.source_split


def selection_images(
    settings: TrainSettings, domains: Domains
) -> SelectionImages:
    """Reads the images; the target's are from its training split.

    So everybody has them, and held-out images of the target stay unseen.
    Without a source there are none of it, and shares of classes are held
    against those that the start predicts.
    """
    source = []
    if not domains.has_source:
        prior = no_source.start_shares(settings.run).ratios
    else:
        source = read_samples(
            domains.source,
            validation_split(settings, domains.source),
            settings.select_source_images,
            parse_size(settings.source_size),
            with_labels=True,
        )
        prior = source_prior(domains.source, settings.source_split)
    return SelectionImages(
        target=read_samples(
            domains.target,
            settings.target_split,
            settings.select_images,
            parse_size(settings.target_size),
            with_labels=False,
        ),
        source=source,
        prior=prior,
    )


def image_counts(settings: TrainSettings, domains: Domains) -> dict[str, int]:
    """How many images of each domain the scores are computed on."""
    source = ()
    if domains.has_source:
        split = validation_split(settings, domains.source)
        source = domains.source.keys(split)
    target = domains.target.keys(settings.target_split)
    return {
        "source": min(settings.select_source_images, len(source)),
        "target": min(settings.select_images, len(target)),
    }


def conditions(settings: TrainSettings, domains: Domains) -> dict[str, Any]:
    """What scores depend on beside the weights, as JSON values."""
    return {
        "version": VERSION,
        # As the user named them: folders of two cameras may share a last name.
        "source": settings.source,
        "source_split": validation_split(settings, domains.source),
        "source_size": settings.source_size,
        "source_images": settings.select_source_images,
        "target": settings.target,
        "target_split": settings.target_split,
        "target_size": settings.target_size,
        "target_images": settings.select_images,
    }
