"""Trains the toy segmenter on N logical CPUs and writes its weights.

    python replica_program.py N METHOD PATH [OPTIONS]

OPTIONS is JSON: `precision` and `remat` of the model, `accumulate` of
`compile`, `steps_per_loop` of `train`.

Run by test_replicas.py in a process of its own: devices can be split, and a
MirroredStrategy made, only once a process.
"""

import json
import sys

import keras
import numpy as np
import tensorflow as tf
from toy_networks import toy_batch
from toy_networks import toy_segmenter

from tf_advseg import registry
from tf_advseg.adversarial_segmenter import AdversarialSegmenter
from tf_advseg.training import train


def main(num_replicas: int, method: str, path: str, options: dict) -> None:
    cpu = tf.config.list_physical_devices("CPU")[0]
    parts = [tf.config.LogicalDeviceConfiguration()] * num_replicas
    tf.config.set_logical_device_configuration(cpu, parts)
    strategy = tf.distribute.MirroredStrategy(
        [f"/cpu:{index}" for index in range(num_replicas)],
        cross_device_ops=tf.distribute.ReductionToOneDevice(),
    )
    with strategy.scope():
        model = AdversarialSegmenter(
            toy_segmenter(),
            registry.make_method(method),
            precision=options.get("precision", "float32"),
            remat=options.get("remat", False),
        )
        model.compile(
            optimizer=keras.optimizers.SGD(0.05, momentum=0.9),
            discriminator_optimizer=keras.optimizers.SGD(0.05, momentum=0.9),
            accumulate=options.get("accumulate", 1),
            watched_classes=("a", "b", "c") if options else (),
        )
    train(
        model,
        uneven_batches(),
        steps=4,
        log_every=4,
        health_every=4,
        steps_per_loop=options.get("steps_per_loop", 1),
        strategy=strategy,
        callbacks=[Finite()],
    )
    weights = [keras.ops.convert_to_numpy(v.value) for v in model.variables]
    np.savez(path, *weights)


class Finite(keras.callbacks.Callback):
    """Fails if a number is not, and lets loops be long."""

    def due(self, step):
        return False

    def on_train_batch_end(self, batch, logs=None):
        assert all(np.isfinite(v) for v in (logs or {}).values()), logs


def uneven_batches() -> tf.data.Dataset:
    """Batches of four whose second half has far fewer labelled pixels."""
    batches = []
    for seed in range(4):
        images, labels = toy_batch(4, seed)
        labels = labels.numpy()
        labels[2:, :, 5:] = 255
        batches.append((images, tf.constant(labels)))
    stacked = tf.nest.map_structure(lambda *parts: tf.stack(parts), *batches)
    return tf.data.Dataset.from_tensor_slices(stacked)


if __name__ == "__main__":
    given = json.loads(sys.argv[4]) if len(sys.argv) > 4 else {}
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], given)
