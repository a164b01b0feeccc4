"""A segmenter's forward pass in training: in half precision, or frugal.

The segmenter itself, the product, stays a plain float32 model. A twin of it
computes, with the segmenter's weights put in place of its own; what the pass
would change in the twin (moving statistics) is changed in the segmenter.

With `remat` the twin runs in segments whose insides are forgotten and made
again on the way back (Chen et al., "Training Deep Nets with Sublinear Memory
Cost", arXiv 1604.06174): about the square root of the memory, a third more
time.
"""

from collections.abc import Callable

import keras
import tensorflow as tf

from tf_advseg.training.step import precision as precisions
from tf_advseg.training.step.segments import segments


def training_forward(
    segmenter: keras.Model, precision: str = "float32", remat: bool = False
) -> Callable[[tf.Tensor], dict[str, tf.Tensor]]:
    """A function from images to the segmenter's outputs in training mode.

    Args:
        segmenter: A functional model whose outputs are a dict.
        precision: One of `precision.POLICIES`.
        remat: Whether activations are recomputed.
    """
    if precision == "float32" and not remat:
        return lambda images: segmenter(images, training=True)
    return TrainingForward(segmenter, precision, remat)


class TrainingForward:
    """Computes by a twin; see `training_forward` for the arguments."""

    def __init__(self, segmenter: keras.Model, precision: str, remat: bool):
        self._segmenter = segmenter
        self._twin = precisions.twin(segmenter, precision)
        self._parts = segments(self._twin) if remat else None
        pairs = zip(self._twin.variables, segmenter.variables, strict=True)
        self._own = {id(ours): theirs for ours, theirs in pairs}

    def __call__(self, images: tf.Tensor) -> dict[str, tf.Tensor]:
        """Outputs by name, of a batch of images."""
        if self._parts is None:
            return self._run(self._twin, images)
        tensors = {0: images}
        for part in self._parts:
            inputs = [tensors[key] for key in part.inputs]
            found = self._run(part.network, inputs, remat=True)
            found = keras.tree.flatten(found)  # A single one comes bare.
            tensors |= dict(zip(part.outputs, found, strict=True))
        keys = self._parts[-1].names
        return {name: tensors[key] for name, key in keys.items()}

    def _run(self, network, inputs, remat=False):
        """Runs the twin or a part of it, with the segmenter's state."""
        trainable = self._values(network.trainable_variables)
        others = self._values(network.non_trainable_variables)
        others = [tf.stop_gradient(value) for value in others]
        updated = []

        def run(inputs, trainable):
            outputs, state = network.stateless_call(
                trainable, others, inputs, training=True
            )
            # No output: seeds are whole numbers, which recomputing can't have.
            updated.append(state)
            return outputs

        run = tf.recompute_grad(run) if remat else run
        outputs = run(inputs, trainable)
        pairs = zip(network.non_trainable_variables, updated[0], strict=True)
        for variable, value in pairs:
            self._own[id(variable)].assign(value)
        return outputs

    def _values(self, variables):
        return [tf.convert_to_tensor(self._own[id(v)].value) for v in variables]
