"""Loads the model, or models, that a command's settings name."""

from tf_advseg.base.fields import parse_size
from tf_advseg.networks.ensemble_file import LoadedEnsemble
from tf_advseg.networks.ensemble_file import load_ensemble
from tf_advseg.networks.views import PLAIN
from tf_advseg.networks.views import View
from tf_advseg.networks.views import Window
from tf_advseg.networks.views import in_words
from tf_advseg.networks.views import views_of
from tf_advseg.settings.parts.model import ModelSettings
from tf_advseg.settings.parts.model import ViewsSettings
from tf_advseg.settings.parts.model import parse_window


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
        views=views(settings),
        window=window(settings),
    )
    if settings.size:
        return loaded, parse_size(settings.size)
    return loaded, loaded.image_size


def views(settings: ModelSettings) -> tuple[View, ...]:
    """What those models are shown of an image; all there is, by default."""
    if not isinstance(settings, ViewsSettings):
        return PLAIN
    return views_of(settings.view_scales, settings.tta_flip)


def window(settings: ModelSettings) -> Window | None:
    """What they are shown it through; None: they see all of it."""
    if not isinstance(settings, ViewsSettings) or not settings.window:
        return None
    size = parse_window(settings.window)
    assert size is not None
    return Window(size, settings.overlap)


def views_told(settings: ModelSettings) -> dict[str, str]:
    """Of those views, for records; nothing where there is but the plain one."""
    looks, slides = views(settings), window(settings)
    told = {} if looks == PLAIN else {"views": in_words(looks)}
    return told | ({"window": str(slides)} if slides else {})
