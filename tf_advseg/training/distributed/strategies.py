"""On which devices a step runs: TensorFlow's strategies by their flag."""

import os
import signal

import tensorflow as tf

from tf_advseg.base.checks import check_choice
from tf_advseg.base.conventions import STRATEGIES
from tf_advseg.training.distributed.cluster import read_cluster


def make_strategy(name: str, tpu: str = "") -> tf.distribute.Strategy:
    """The distribution strategy of that name; make one a process.

    Args:
        name: One of `STRATEGIES`. For `multi_worker` it must be made before
            any tensor is, and waits until all workers are there.
        tpu: For `tpu`: name or address of the TPU; empty: this machine's.

    Raises:
        ValueError: If there is none of that name, TF_CONFIG cannot be used,
            or no TPU is found.
    """
    check_choice("strategy", name, STRATEGIES)
    return {
        "mirrored": tf.distribute.MirroredStrategy,
        "one_device": _one_device,
        "multi_worker": _multi_worker,
        "tpu": lambda: _tpu(tpu),
    }[name]()


def check_batch_size(batch_size: int, num_replicas: int) -> None:
    """Raises `ValueError` unless each replica gets equally many images."""
    if batch_size % num_replicas:
        above = -(-batch_size // num_replicas) * num_replicas
        raise ValueError(
            f"--batch_size={batch_size} cannot be divided among "
            f"{num_replicas} replicas; give a multiple of {num_replicas}, "
            f"{above} say, or --strategy=one_device."
        )


def _one_device() -> tf.distribute.Strategy:
    gpus = tf.config.list_logical_devices("GPU")
    return tf.distribute.OneDeviceStrategy(gpus[0].name if gpus else "/cpu:0")


def _multi_worker() -> tf.distribute.Strategy:
    cluster = read_cluster(os.environ)
    # A ring works over plain Ethernet, on CPUs and GPUs alike, and sums in
    # the same order on each worker: their weights stay equal bit by bit.
    ring = tf.distribute.experimental.CommunicationImplementation.RING
    options = tf.distribute.experimental.CommunicationOptions(
        implementation=ring
    )
    on_termination = signal.getsignal(signal.SIGTERM)
    try:
        return tf.distribute.MultiWorkerMirroredStrategy(
            communication_options=options
        )
    except tf.errors.OpError as error:
        raise ValueError(
            f"The {len(cluster.addresses)} workers "
            f"({', '.join(cluster.addresses)}) did not come together: "
            f"{error.message.splitlines()[0]}"
        ) from None
    finally:
        # TensorFlow takes SIGTERM for itself, and then nothing ends.
        signal.signal(signal.SIGTERM, on_termination)


def _tpu(address: str) -> tf.distribute.Strategy:
    try:
        resolver = tf.distribute.cluster_resolver.TPUClusterResolver(
            tpu=address or "local"
        )
        tf.config.experimental_connect_to_cluster(resolver)
        tf.tpu.experimental.initialize_tpu_system(resolver)
    except (ValueError, tf.errors.OpError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ValueError(
            f"--strategy=tpu found no TPU at {address or 'this machine'!r} "
            f"({reason}); give its name or address with --tpu."
        ) from None
    return tf.distribute.TPUStrategy(resolver)
