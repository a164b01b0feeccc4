"""The labelled images of a batch: the source's, a few of the target, or none.

A batch's labels are a tensor where the source alone has some; else a dict by
`source` and `target_labels`, an empty one if there are none.

Labelled target images are forwarded by themselves: in batch norm they do not
meet the source's images, and discriminators do not take them for the source's.
"""

from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from tf_advseg.base import replicas
from tf_advseg.base.conventions import SOURCE
from tf_advseg.methods import class_mix
from tf_advseg.methods.method import Method
from tf_advseg.methods.self_training import Samples
from tf_advseg.training.step import wiring
from tf_advseg.training.step.objective import ByLevel
from tf_advseg.training.step.objective import Labelled

LABELLED = ("source", "target_labels")
"""Names of the images of a batch that have labels."""

Images = Mapping[str, tf.Tensor]
Labels = tf.Tensor | Mapping[str, tf.Tensor]


def count_labelled(method: Method, labels: Labels) -> tf.Tensor:
    """What the supervised loss is divided by: the mean over the replicas."""
    counts = [method.count_labelled(one) for one in tf.nest.flatten(labels)]
    if not counts:
        return tf.constant(0.0)
    total: Any = sum(counts[1:], counts[0])
    return replicas.mean(total)


def forward_labelled(
    forward: Callable[[tf.Tensor], ByLevel],
    method: Method,
    images: Images,
    labels: Labels,
) -> tuple[dict[int, ByLevel], list[Labelled]]:
    """Returns the source's outputs, by SOURCE, and all with their labels.

    Args:
        forward: The segmenter's pass in training.
        method: Who is trained by.
        images: Of a batch, by name.
        labels: Of a batch.
    """
    by_name = _by_name(labels)
    outputs, labelled = {}, []
    if "source" in images:
        with_target = method.uses_target or "target_labels" in images
        with wiring.source_pass(method, with_target):
            outputs[SOURCE] = forward(images["source"])
        labelled.append((outputs[SOURCE], by_name["source"]))
    if "target_labels" in images:
        few = forward(images["target_labels"])
        labelled.append((few, by_name["target_labels"]))
    return outputs, labelled


def labelled_samples(images: Images, labels: Labels) -> Samples | None:
    """Returns them all, in the size of the first; None of none."""
    by_name = _by_name(labels)
    names = [name for name in LABELLED if name in by_name]
    if not names:
        return None
    found = [
        class_mix.at_size_of(images[name], by_name[name], images[names[0]])
        for name in names
    ]
    joined, known = (tf.concat(parts, 0) for parts in zip(*found, strict=True))
    return Samples(joined, known, tf.ones(tf.shape(known)))


def _by_name(labels: Labels) -> Mapping[str, tf.Tensor]:
    return labels if isinstance(labels, Mapping) else {"source": labels}
