"""Says where a crop is larger than the images that it is taken of."""

from collections.abc import Callable

from tf_advseg.base.fields import parse_size
from tf_advseg.datasets.domains.composed.mixture import domains_in
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
    looks = [("target", domains.target, settings.target_split)]
    if domains.has_source:
        looks.insert(0, ("source", domains.source, settings.source_split))
    sizes = {"source": settings.source_size, "target": settings.target_size}
    for role, whole, split in looks:
        resized = parse_size(sizes[role])
        parts = [whole] if resized else domains_in(whole)
        for domain in parts:
            height, width = resized or usual_size(domain, split)
            if crop[0] > height or crop[1] > width:
                name = f", {domain.name}," if len(parts) > 1 else ""
                write(
                    f"--crop={settings.crop} is larger than images of the "
                    f"{role}{name} ({height}x{width}): the rest is filled with "
                    f"ignored pixels. A crop of at most {min(crop[0], height)}"
                    f"x{min(crop[1], width)} wastes nothing."
                )
