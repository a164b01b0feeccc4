"""The papers' training iteration, written out plainly and on its own.

Nothing of `tf_advseg`'s losses, optimizers or training step is used here: it
is what they are compared with. The order is that of the official programs;
the formulas are theirs too (the 1e-30 inside the logarithm, for one).
"""

import dataclasses
import math

import numpy as np
import tensorflow as tf

SOURCE, TARGET = 0.0, 1.0


@dataclasses.dataclass
class Recipe:
    """What is trained, and how; the defaults are the official settings."""

    domain_map: str | None = None  # "softmax" or "self_information"
    gan: str = "vanilla"
    source_weights: dict = dataclasses.field(
        default_factory=lambda: {"main": 1.0, "aux": 0.1}
    )
    adversarial_weights: dict = dataclasses.field(default_factory=dict)
    entropy_weights: dict = dataclasses.field(default_factory=dict)
    official_multiplicity: bool = False
    max_steps: int = 10


class PlainLoop:
    """Trains a segmenter and discriminators (a dict by level)."""

    def __init__(self, segmenter, discriminators, recipe: Recipe):
        self.segmenter = segmenter
        self.discriminators = discriminators
        self.recipe = recipe
        self.step = 0
        self.buffers = {}
        self.moments = {}

    def iterate(self, source, labels, target):
        """One iteration; returns losses by name, and (weight, gradient)s."""
        decay = (1 - self.step / self.recipe.max_steps) ** 0.9
        losses = {}
        weights = self.segmenter.trainable_variables

        with tf.GradientTape() as tape:
            source_logits = self.segmenter(source, training=True)
            total = 0.0
            for level, weight in self.recipe.source_weights.items():
                loss = cross_entropy(source_logits[level], labels)
                losses[f"seg_{level}"] = loss
                total += weight * loss
        source_gradients = tape.gradient(total, weights)

        with tf.GradientTape() as tape:
            target_logits = self.segmenter(target, training=True)
            total = 0.0
            for level, weight in self.recipe.adversarial_weights.items():
                judged = self._judge(level, target_logits[level])
                loss = self._game(judged, SOURCE)
                losses[f"adv_{level}"] = loss
                total += weight * loss
            for level, weight in self.recipe.entropy_weights.items():
                pixels = self_information(target_logits[level])
                loss = tf.reduce_mean(tf.reduce_sum(pixels, axis=-1))
                losses[f"ent_{level}"] = loss
                total += weight * loss
        target_gradients = tape.gradient(total, weights)

        both = zip(source_gradients, target_gradients, strict=True)
        pairs = zip(weights, (_add(*pair) for pair in both), strict=True)
        updates = [(w, g) for w, g in pairs if g is not None]
        judges = self._judge_gradients(source_logits, target_logits, losses)

        for weight, gradient in updates:
            self._descend(weight, gradient, 2.5e-4 * decay)
        for weight, gradient in judges:
            self._adam(weight, gradient, 1e-4 * decay)
        self.step += 1
        return losses, updates + judges

    def _judge_gradients(self, source_logits, target_logits, losses):
        """The discriminators' gradients, on maps without a gradient."""
        pairs = []
        for level in self.recipe.adversarial_weights:
            weights = self.discriminators[level].trainable_variables
            halves = []
            total = 0.0
            for logits, domain in (
                (source_logits[level], SOURCE),
                (target_logits[level], TARGET),
            ):
                with tf.GradientTape() as tape:
                    judged = self._judge(level, tf.stop_gradient(logits))
                    loss = self._game(judged, domain) / 2
                halves.append(tape.gradient(loss, weights))
                total += loss
            losses[f"d_{level}"] = total
            sums = [a + b for a, b in zip(*halves, strict=True)]
            pairs += list(zip(weights, sums, strict=True))
        return pairs

    def _judge(self, level, logits):
        if self.recipe.domain_map == "softmax":
            maps = tf.nn.softmax(logits)
        else:
            maps = self_information(logits)
        return self.discriminators[level](maps)

    def _game(self, judged, domain):
        if self.recipe.gan == "least_squares":
            return tf.reduce_mean((judged - domain) ** 2)
        p = tf.sigmoid(judged)
        return -tf.reduce_mean(
            domain * tf.math.log(p) + (1 - domain) * tf.math.log(1 - p)
        )

    def _descend(self, weight, gradient, rate):
        """PyTorch's SGD, `multiplicity` times with one gradient."""
        if "_aspp_" in weight.path:
            rate = 10 * rate
        gradient = gradient.numpy()
        value = weight.numpy()
        for _ in range(self._multiplicity(weight.path)):
            g = gradient + 5e-4 * value
            buffer = self.buffers.get(weight.path)
            buffer = g if buffer is None else 0.9 * buffer + g
            self.buffers[weight.path] = buffer
            value = value - rate * buffer
        weight.assign(value)

    def _multiplicity(self, path):
        if not self.recipe.official_multiplicity or "layer" not in path:
            return 1
        return 4 if "downsample" in path else 3

    def _adam(self, weight, gradient, rate):
        gradient = gradient.numpy()
        # Two discriminators have variables of one path: key by identity.
        m, v = self.moments.get(id(weight), (0.0, 0.0))
        m = 0.9 * m + 0.1 * gradient
        v = 0.99 * v + 0.01 * gradient**2
        self.moments[id(weight)] = (m, v)
        t = self.step + 1
        root = np.sqrt(v / (1 - 0.99**t)) + 1e-8
        weight.assign(weight.numpy() - rate * m / (1 - 0.9**t) / root)


def cross_entropy(logits, labels):
    """Mean of -log P(label) over pixels that are not 255."""
    valid = labels != 255
    p = tf.nn.softmax(tf.boolean_mask(logits, valid))
    return -tf.reduce_mean(
        tf.math.log(tf.gather(p, labels[valid], batch_dims=1))
    )


def self_information(logits):
    """-P log2(P + 1e-30) / log2(C), for every class."""
    p = tf.nn.softmax(logits)
    return -p * tf.math.log(p + 1e-30) / math.log(logits.shape[-1])


def _add(a, b):
    if a is None or b is None:
        return a if b is None else b
    return a + b
