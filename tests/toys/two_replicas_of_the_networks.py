"""Runs layers and optimizers on two logical CPUs; prints numbers as JSON.

Run by test_networks_on_replicas.py in a process of its own: devices can be
split, and a MirroredStrategy made, only once a process.
"""

import json
import sys

import keras
import tensorflow as tf

from tf_advseg.networks.layers import BatchNorm
from tf_advseg.training.optimizers import HEAD_LEARNING_RATE
from tf_advseg.training.optimizers import OFFICIAL_MULTIPLICITY
from tf_advseg.training.optimizers import AdamW
from tf_advseg.training.optimizers import PolySchedule
from tf_advseg.training.optimizers import ReferenceAdam
from tf_advseg.training.optimizers import ReferenceSGD
from tf_advseg.training.optimizers import backbone_rate


def main(num_replicas: int) -> None:
    cpu = tf.config.list_physical_devices("CPU")[0]
    parts = [tf.config.LogicalDeviceConfiguration()] * num_replicas
    tf.config.set_logical_device_configuration(cpu, parts)
    strategy = tf.distribute.MirroredStrategy(
        [f"/cpu:{index}" for index in range(num_replicas)],
        cross_device_ops=tf.distribute.ReductionToOneDevice(),
    )
    numbers = {"statistics": statistics(strategy)}
    for make in (sgd, adam, adamw):
        numbers[make.__name__] = weights(strategy, make)
    print(json.dumps(numbers))


def statistics(strategy) -> list[float]:
    """Moving statistics after a batch of which each replica has a part."""
    with strategy.scope():
        layer = BatchNorm("reference")
        layer.build((None, None, None, 1))

    @tf.function
    def step(features):
        strategy.run(lambda x: layer(x, training=True), args=(features,))

    def part(context):
        # The first replica sees 0 and 4, the second 10 and 18.
        index = context.replica_id_in_sync_group
        pixels = [[0.0, 4.0], [10.0, 18.0]][index]
        return tf.reshape(pixels, (1, 1, 2, 1))

    step(strategy.experimental_distribute_values_from_function(part))
    return [
        layer.moving_mean.numpy().item(),
        layer.moving_variance.numpy().item(),
    ]


def sgd():
    return ReferenceSGD(
        PolySchedule(0.1, 10),
        learning_rate_rules=HEAD_LEARNING_RATE,
        multiplicity_rules=OFFICIAL_MULTIPLICITY,
    )


def adam():
    return ReferenceAdam(PolySchedule(0.1, 10))


def adamw():
    rates = PolySchedule(0.1, 10, warmup_steps=2)
    return AdamW(rates, 0.1, learning_rate_rules=backbone_rate(0.5))


def weights(strategy, make) -> list[float]:
    """Weights after three steps with the same gradient in all."""
    with strategy.scope():
        names = ("conv1", "layer1_0_conv1", "main_aspp_0")
        layers = [
            keras.layers.Conv2D(1, 1, kernel_initializer="ones", name=name)
            for name in names
        ]
        for layer in layers:
            layer.build((None, None, None, 1))
        kernels = [layer.kernel for layer in layers]
        optimizer = make()
        optimizer.build(kernels)

    @tf.function
    def step():
        def in_replica():
            # Optimizers add up what the replicas give.
            share = 0.5 / strategy.num_replicas_in_sync
            optimizer.apply([tf.fill((1, 1, 1, 1), share)] * 3, kernels)

        strategy.run(in_replica)

    for _ in range(3):
        step()
    return [kernel.numpy().item() for kernel in kernels]


if __name__ == "__main__":
    main(int(sys.argv[1]))
