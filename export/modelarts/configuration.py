"""`config.json`: what ModelArts wants to know of a model.

Of "Specifications for Editing a Model Configuration File", page
inference-modelarts-0056 of ModelArts' documentation, tables 1 to 8.
"""

from collections.abc import Mapping
from typing import Any

ALGORITHM = "image_segmentation"
RUNTIME = "tensorflow_2.6.0-cuda_11.2-py_3.7-ubuntu_18.04-x86_64"
"""The newest TensorFlow among ModelArts' own engines (API
ShowModelEngineAndRuntime, "engine_runtimes")."""

HEALTH = {
    "url": "/health",
    "protocol": "http",
    "initial_delay_seconds": "60",
    "timeout_seconds": "10",
}

APIS = [
    {
        "url": "/",
        "method": "post",
        "request": {
            "Content-type": "multipart/form-data",
            "data": {
                "type": "object",
                "properties": {"images": {"type": "file"}},
            },
        },
        "response": {
            "Content-type": "application/json",
            "data": {
                "type": "object",
                "properties": {
                    "class_map_png": {"type": "string"},
                    "height": {"type": "integer"},
                    "width": {"type": "integer"},
                    "classes": {
                        "type": "array",
                        "items": [
                            {
                                "type": "object",
                                "properties": {
                                    "id": {"type": "integer"},
                                    "name": {"type": "string"},
                                    "share": {"type": "number"},
                                },
                            }
                        ],
                    },
                },
            },
        },
    }
]

DEPENDENCIES = [
    {
        "installer": "pip",
        "packages": [
            {"package_name": "numpy"},
            {
                "package_name": "Pillow",
                "package_version": "6.0.0",
                "restraint": "ATLEAST",
            },
        ],
    }
]


def engine_config(metrics: Mapping[str, float]) -> dict[str, Any]:
    """Returns the configuration for ModelArts' TensorFlow engine."""
    return {
        "model_algorithm": ALGORITHM,
        "model_type": "TensorFlow",
        "runtime": RUNTIME,
        **({"metrics": dict(metrics)} if metrics else {}),
        "apis": APIS,
        "dependencies": DEPENDENCIES,
    }


def image_config(metrics: Mapping[str, float], swr: str) -> dict[str, Any]:
    """Returns the configuration for our own container.

    Args:
        metrics: Of table 2.
        swr: The image's path in the registry SWR; may be empty where the
            container is chosen in ModelArts' console.
    """
    return {
        "model_algorithm": ALGORITHM,
        "model_type": "Image",
        **({"swr_location": swr} if swr else {}),
        **({"metrics": dict(metrics)} if metrics else {}),
        "apis": APIS,
        "health": HEALTH,
    }


def evaluation_metrics(
    iou: Mapping[str, float | None], accuracy: float | None = None
) -> dict[str, float]:
    """Returns `metrics` (table 2) of an evaluation on labels.

    ModelArts knows f1, recall, precision and accuracy. A class's F1 follows
    from its IoU, F1 = 2 IoU / (1 + IoU); the mean over classes is given.

    Args:
        iou: IoU (0-1) by class; None for a class that did not occur.
        accuracy: Share of pixels that are right, if it is known.
    """
    known = [value for value in iou.values() if value is not None]
    scores = [2 * value / (1 + value) for value in known]
    metrics = {"f1": sum(scores) / len(scores)} if scores else {}
    if accuracy is not None:
        metrics["accuracy"] = accuracy
    return metrics
