"""The head of a card, in the YAML that Hugging Face reads.

https://huggingface.co/docs/hub/model-cards, and modelcard.md of hub-docs for
`model-index`. `datasets` stays out: it names data sets on the hub, and ours
lie in folders.
"""

from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

import yaml

from tf_advseg.runs.overview.facts import miou
from tf_advseg.sharing.card.facts import CardFacts
from tf_advseg.sharing.card.words import plain

TASK = "image-segmentation"
LIBRARY = "tf_advseg"
_METRIC = "mean_iou"


def front_matter(facts: CardFacts, name: str) -> str:
    """Returns the YAML, without the lines of dashes around it.

    Args:
        facts: Of the export.
        name: What `model-index` calls the model.
    """
    results = _results(facts)
    head = {
        "license": facts.licence,
        "library_name": LIBRARY,
        "pipeline_tag": TASK,
        "tags": _tags(facts),
    }
    if results:
        head["metrics"] = [_METRIC]
        head["model-index"] = [{"name": plain(name), "results": results}]
    return yaml.safe_dump(head, sort_keys=False, allow_unicode=True).strip()


def _tags(facts: CardFacts) -> list[str]:
    tags = [TASK, "semantic-segmentation", "domain-adaptation"]
    for model in facts.models:
        for key in ("method", "backbone", "decoder"):
            tags.append(plain(str(model.told.get(key) or "").split("(")[0]))
    names = " ".join(each.name for each in facts.artefacts)
    kinds = {"saved_model": "tensorflow", ".tflite": "tflite", ".onnx": "onnx"}
    tags += [tag for part, tag in kinds.items() if part in names]
    return [tag for tag in dict.fromkeys(tags) if tag != "unknown"]


def _results(facts: CardFacts) -> list[dict[str, Any]]:
    """What was measured against labels, one entry a split, fractions (0-1)."""
    by_split: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for images, name, value in _figures(facts):
        split = (plain(images.get("domain")), plain(images.get("split")))
        metric = {"type": _METRIC, "name": plain(name), "value": value}
        by_split.setdefault(split, []).append(metric)
    return [
        {
            "task": {"type": TASK, "name": "semantic segmentation"},
            "dataset": {"name": domain, "type": domain, "split": split},
            "metrics": metrics,
        }
        for (domain, split), metrics in by_split.items()
    ]


def _figures(
    facts: CardFacts,
) -> Iterator[tuple[Mapping[str, Any], str, float]]:
    """Which images, which model or file, and its mIoU."""
    for model in facts.models:
        found = miou(model.evaluation)
        if found is not None:
            images = model.evaluation.get("num_images")
            yield (
                model.evaluation,
                f"mIoU of {model.file}, {images} images",
                round(found, 6),
            )
    for artefact in facts.artefacts:
        found = artefact.gate.get("miou")
        if artefact.gate.get("passed") and isinstance(found, float):
            images = facts.gate["images"]
            yield (
                images,
                f"mIoU of {artefact.name}, {images['num_images']} images of "
                "the gate",
                round(found / 100, 6),
            )
