"""A compiled toy trainer, its batches, and what a callback sees."""

import keras
import tensorflow as tf
from toy_networks import toy_batch
from toy_networks import toy_segmenter

from tf_advseg import methods
from tf_advseg.methods.self_training import SelfTrainingMethod
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.training.teaching.distilling_segmenter import DistillingSegmenter
from tf_advseg.training.teaching.self_training_segmenter import (
    SelfTrainingSegmenter,
)


def trainer(segmenter, method, **options):
    """An uncompiled trainer of the kind that the method needs.

    Options of the discriminators are for those that have some.
    """
    if isinstance(method, SelfTrainingMethod):
        names = ("precision", "remat", "anchor")
        own = {k: v for k, v in options.items() if k in names}
        return SelfTrainingSegmenter(segmenter, method, **own)
    if isinstance(method, methods.Distil):
        names = ("precision", "remat", "anchor")
        own = {k: v for k, v in options.items() if k in names}
        teachers = Ensemble([toy_segmenter(seed=9)])
        return DistillingSegmenter(segmenter, method, teachers, **own)
    return AdversarialSegmenter(segmenter, method, **options)


def compiled(method=None):
    model = trainer(toy_segmenter(), method or methods.MinEnt())
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        discriminator_optimizer=keras.optimizers.Adam(1e-3),
    )
    return model


def batches(start=0):
    """Batch k is drawn from seed k."""
    signature = tf.nest.map_structure(
        lambda t: tf.TensorSpec(t.shape, t.dtype), toy_batch()
    )

    def generate():
        seed = start
        while True:
            yield toy_batch(seed=seed)
            seed += 1

    return tf.data.Dataset.from_generator(generate, output_signature=signature)


class Recorder(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seen = []

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append((batch, dict(logs or {})))


def weights_of(model):
    return [keras.ops.convert_to_numpy(v) for v in model.variables]
