"""Says where a crop is larger than the images that it is taken of."""

from collections.abc import Callable

from tf_advseg.base.fields import parse_size
from tf_advseg.datasets.pipeline.auto_size import usual_size
from tf_advseg.experiment.making import Domains
from tf_advseg.settings.train import TrainSettings


def tell_large_crop(
    settings: TrainSettings, domains: Domains, write: Callable[[str], None]
) -> None:
    """Tells of each domain whose images do not fill the crop.

    What is missing is filled with ignored pixels, which cost time and memory
    and teach nothing.
    """
    crop = parse_size(settings.crop)
    if crop is None:
        return
    for role, domain, split, size in (
        ("source", domains.source, settings.source_split, settings.source_size),
        ("target", domains.target, settings.target_split, settings.target_size),
    ):
        if role == "source" and not domains.has_source:
            continue
        height, width = parse_size(size) or usual_size(domain, split)
        if crop[0] > height or crop[1] > width:
            write(
                f"--crop={settings.crop} is larger than images of the {role} "
                f"({height}x{width}): the rest is filled with ignored pixels. "
                f"A crop of at most {min(crop[0], height)}x"
                f"{min(crop[1], width)} wastes nothing."
            )
