"""Loads the model, or models, that a command's settings name."""

from tf_advseg.base.fields import parse_size
from tf_advseg.networks.ensemble_file import LoadedEnsemble
from tf_advseg.networks.ensemble_file import load_ensemble
from tf_advseg.settings.parts.model import ModelSettings


def load_models(
    settings: ModelSettings,
) -> tuple[LoadedEnsemble, tuple[int, int] | None]:
    """Returns the models and the (H, W) to resize images to, None = theirs.

    Raises:
        ValueError: If the models cannot be loaded or do not agree.
    """
    loaded = load_ensemble(
        settings.model_paths,
        settings.model_weights,
        settings.combine,
        same_size=not settings.size,
    )
    if settings.size:
        return loaded, parse_size(settings.size)
    return loaded, loaded.image_size
