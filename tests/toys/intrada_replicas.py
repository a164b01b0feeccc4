"""Trains `intrada` on N logical CPUs, from the segmenter of `sure_world`.

    python intrada_replicas.py N FOLDER

reads FOLDER/source, target and start.keras; the run is FOLDER/N. Run by tests
in a process of its own: devices can be split only once a process.
"""

import sys
from pathlib import Path

import sure_world
import tensorflow as tf

from tf_advseg.experiment import making
from tf_advseg.experiment import networks
from tf_advseg.experiment.runner import Run
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings


def main(num_replicas: int, folder: Path) -> None:
    cpu = tf.config.list_physical_devices("CPU")[0]
    parts = [tf.config.LogicalDeviceConfiguration()] * num_replicas
    tf.config.set_logical_device_configuration(cpu, parts)
    strategy = tf.distribute.MirroredStrategy(
        [f"/cpu:{index}" for index in range(num_replicas)],
        cross_device_ops=tf.distribute.ReductionToOneDevice(),
    )
    networks.make_segmenter = sure_world.segmenter
    known = {
        "method": 'intrada(target_weights={"main": 0.5})',
        "source": str(folder / "source"),
        "target": str(folder / "target"),
        "start": str(folder / "start.keras"),
        "run": str(folder / str(num_replicas)),
        "source_size": "32x32",
        "target_size": "32x32",
        "class_weights": "balanced",
        "rare_class_temperature": 0.5,
        "optimizer": "sgd",
        "learning_rate": 0.05,
        "discriminator_width": 8,
        "steps": 3,
        "batch_size": 4,
        "snapshots": 0,
    }
    settings = TrainSettings(**PLAIN | known)
    Run(settings, making.make_domains(settings), strategy).execute()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
