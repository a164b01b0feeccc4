"""How small training images may be for what judges them."""

from tf_advseg.methods.adversarial import AdversarialMethod
from tf_advseg.methods.method import Method
from tf_advseg.settings.parts.samples import parse_sample_size
from tf_advseg.settings.train import TrainSettings


def check_map_size(settings: TrainSettings, method: Method) -> None:
    """The halvings must leave the discriminators something to judge.

    Those of coarse logits round up: they leave something of every map.
    """
    smallest = 2 ** (settings.discriminator_layers or 5)
    judged = isinstance(method, AdversarialMethod)
    judged = judged and method.discriminator == "image"
    judged = judged and settings.judge_at == "image"
    sizes = [settings.crop] if settings.crop else []
    sizes = sizes or [settings.source_size, settings.target_size]
    for size in filter(None, map(parse_sample_size, sizes)):
        if judged and min(size) < smallest:
            raise ValueError(
                f"The discriminators of {method.name} need at least "
                f"{smallest} pixels a side; training images are "
                f"{size[0]}x{size[1]}. Give larger --source_size, "
                "--target_size or --crop."
            )
