"""What a run writes into its segmenters' files beside the weights."""

from typing import Any

from tf_advseg.experiment import making as experiment
from tf_advseg.experiment import registry
from tf_advseg.experiment.making import Domains
from tf_advseg.methods.method import Method
from tf_advseg.settings.train import TrainSettings


def segmenter_facts(
    settings: TrainSettings, domains: Domains, method: Method, step: int
) -> dict[str, Any]:
    """The metadata for `tf_advseg.networks.model_file.save_segmenter`.

    Args:
        settings: Of the run.
        domains: Of the run; the classes are theirs.
        method: As it was trained, its weights scaled.
        step: Updates made.
    """
    classes = domains.source.class_set
    size = experiment.evaluation_size(settings)
    return {
        "classes": list(classes.names),
        "palette": [list(colour) for colour in classes.palette],
        "class_set": classes.name,
        "image_size": list(size) if size else None,
        "method": registry.describe(method),
        "backbone": settings.backbone,
        "step": step,
        "source": domains.source.name,
        "target": domains.target.name,
    }
