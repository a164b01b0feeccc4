"""Trains the toy segmenter on N logical CPUs and writes its weights.

    python replica_program.py N METHOD PATH [OPTIONS]

With TF_CONFIG set it is one of several workers instead, with N logical CPUs.

    python replica_program.py

does so for every line of its input, `[N, METHOD, PATH, OPTIONS]` in JSON with N
at most 2, and answers with a line: the fault, in JSON, empty if there is none.

OPTIONS is JSON: `precision`, `remat`, `judge_at` and `spectral` of the model,
`accumulate`, `clip_norm`, `target_delay` and `target_warmup` of `compile`,
`steps_per_loop` of `train`, `batch_norm` (synchronised if it is not frozen),
`decoder`: a registered one, on the tiny backbone, whose features then stay near
another tiny one's if `anchored`; labels are then of one class by blocks. It
sees two scales if `two_scales`.

Run by tests in a process of its own: devices can be split only once a process.
"""

import json
import os
import sys
import traceback

import keras
import numpy as np
import tensorflow as tf
from toy_backbone import Tiny
from toy_networks import NUM_CLASSES
from toy_networks import toy_batch
from toy_networks import toy_segmenter
from toy_training import trainer

from tf_advseg.datasets.pipeline.batch_share import BatchShare
from tf_advseg.experiment import registry
from tf_advseg.methods.method import Method
from tf_advseg.networks.decoders.two_scales import on_two_scales
from tf_advseg.training.distributed import strategies
from tf_advseg.training.distributed.workers import Workers
from tf_advseg.training.loop import train
from tf_advseg.training.teaching.feature_anchor import FeatureAnchor


def split(num_replicas: int) -> None:
    """Makes so many devices of the processor."""
    cpu = tf.config.list_physical_devices("CPU")[0]
    parts = [tf.config.LogicalDeviceConfiguration()] * num_replicas
    tf.config.set_logical_device_configuration(cpu, parts)


def main(num_replicas: int, method: str, path: str, options: dict) -> None:
    strategy = make_strategy(num_replicas)
    workers = Workers(strategy)
    batch_norm = options.get("batch_norm", "frozen")
    with strategy.scope():
        segmenter = toy_segmenter(batch_norm, synchronized=True)
        if "decoder" in options:
            decoder = registry.make_decoder(options["decoder"])
            backbone = Tiny().build()
            segmenter = decoder.build(backbone, NUM_CLASSES)
            if options.get("two_scales"):
                segmenter = on_two_scales(
                    segmenter, backbone, (16, 16), 2, channels=8
                )
        more = {}
        if options.get("anchored"):
            keras.utils.set_random_seed(1)
            more["anchor"] = FeatureAnchor(Tiny().build(), (0, 2))
        model = trainer(
            segmenter,
            made_method(method, options),
            precision=options.get("precision", "float32"),
            remat=options.get("remat", False),
            judge_at=options.get("judge_at", "image"),
            discriminator_options={"spectral": options.get("spectral", False)},
            **more,
        )
        model.compile(
            optimizer=keras.optimizers.SGD(0.05, momentum=0.9),
            discriminator_optimizer=keras.optimizers.SGD(0.05, momentum=0.9),
            accumulate=options.get("accumulate", 1),
            target_delay=options.get("target_delay", 0),
            target_warmup=options.get("target_warmup", 0),
            clip_norm=options.get("clip_norm", 0.0),
            watched_classes=("a", "b", "c") if options else (),
        )
    batches = uneven_batches(side=8 if options.get("anchored") else 1)
    train(
        model,
        workers.distribute(share_of(batches, workers.batch_share)),
        steps=4,
        log_every=4,
        health_every=4,
        steps_per_loop=options.get("steps_per_loop", 1),
        strategy=strategy,
        callbacks=[Finite()],
    )
    weights = [keras.ops.convert_to_numpy(v.value) for v in model.variables]
    np.savez(path, *weights)


def made_method(text: str, options: dict) -> Method:
    """The method, which learns windows too where there are some."""
    method = registry.make_method(text)
    return method.with_details(0.1) if options.get("two_scales") else method


def make_strategy(num_replicas: int) -> tf.distribute.Strategy:
    """Of this process alone, or of the cluster in TF_CONFIG."""
    if "TF_CONFIG" in os.environ:
        return strategies.make_strategy("multi_worker")
    return tf.distribute.MirroredStrategy(
        [f"/cpu:{index}" for index in range(num_replicas)],
        cross_device_ops=tf.distribute.ReductionToOneDevice(),
    )


def share_of(batches: tf.data.Dataset, share: BatchShare) -> tf.data.Dataset:
    """What a worker takes of batches that are there already."""

    def taken(batch):
        size = share.piece_size(4)
        begin = share.index * share.pieces * size
        parts = [
            tf.nest.map_structure(lambda t, at=at: t[at : at + size], batch)
            for at in range(begin, begin + share.pieces * size, size)
        ]
        stacked = tf.nest.map_structure(lambda *t: tf.stack(t), *parts)
        return tf.data.Dataset.from_tensor_slices(stacked)

    return batches.flat_map(lambda *batch: taken(batch))


class Finite(keras.callbacks.Callback):
    """Fails if a number is not, and lets loops be long."""

    def due(self, step):
        return False

    def on_train_batch_end(self, batch, logs=None):
        assert all(np.isfinite(v) for v in (logs or {}).values()), logs


def uneven_batches(side: int = 1) -> tf.data.Dataset:
    """Batches of four whose second half has far fewer labelled pixels.

    Labels are those of every `side`-th pixel, in blocks of that side.
    """
    batches = []
    for seed in range(4):
        images, labels = toy_batch(4, seed)
        labels = labels.numpy()[:, ::side, ::side]
        labels = labels.repeat(side, 1).repeat(side, 2)
        labels[2:, :, 5:] = 255
        batches.append((images, tf.constant(labels)))
    stacked = tf.nest.map_structure(lambda *parts: tf.stack(parts), *batches)
    return tf.data.Dataset.from_tensor_slices(stacked)


def answer(line: str) -> str:
    """Trains as a line says; returns what went wrong."""
    keras.backend.clear_session()
    try:
        main(*json.loads(line))
    except Exception:
        return traceback.format_exc()
    return ""


if __name__ == "__main__":
    if len(sys.argv) > 1:
        given = json.loads(sys.argv[4]) if len(sys.argv) > 4 else {}
        split(int(sys.argv[1]))
        main(int(sys.argv[1]), sys.argv[2], sys.argv[3], given)
    else:
        split(2)
        for asked in sys.stdin:
            print(json.dumps(answer(asked)), flush=True)
