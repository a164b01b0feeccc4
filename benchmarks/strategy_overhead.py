"""What MirroredStrategy costs on one device.

    python -m benchmarks.strategy_overhead

times training steps of AdvEnt under `mirrored` and under `one_device` in
turns, in one process, and prints the ratio of the medians.
"""

import statistics
import time

import numpy as np
import tensorflow as tf

from tf_advseg.experiment import making as experiment
from tf_advseg.settings.train import TrainSettings
from tf_advseg.training.compiled_steps import replicated_step
from tf_advseg.training.distributed.strategies import make_strategy

ROUNDS = 12
STEPS = 3
CLASSES = [f"class_{index}" for index in range(11)]


def main() -> None:
    """Measures and prints."""
    settings = TrainSettings(weights="none")
    steps = {
        name: prepared(name, settings) for name in ("mirrored", "one_device")
    }
    seconds = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, step in steps.items():
            start = time.perf_counter()
            for _ in range(STEPS):
                step()
            seconds[name].append((time.perf_counter() - start) / STEPS)
    medians = {name: statistics.median(s) for name, s in seconds.items()}
    for name, median in medians.items():
        print(f"{name}: {median:.4f} s/step (median of {ROUNDS} rounds)")
    print(f"ratio: {medians['mirrored'] / medians['one_device']:.3f}")


def prepared(name: str, settings: TrainSettings):
    """A function that makes one warm training step."""
    strategy = make_strategy(name)
    method = experiment.scaled(settings)
    with strategy.scope():
        model = experiment.make_model(settings, method, CLASSES)
    step = replicated_step(model, strategy)
    rng = np.random.default_rng(0)
    shape = (settings.batch_size, 128, 256)
    images = rng.uniform(0, 255, (*shape, 3)).astype(np.float32)
    labels = rng.integers(0, 11, shape).astype(np.int32)
    batch = ({"source": images, "target": images}, labels)
    dataset = tf.data.Dataset.from_tensors(batch).repeat()
    iterator = iter(strategy.experimental_distribute_dataset(dataset))
    for _ in range(3):
        step(next(iterator))
    return lambda: float(step(next(iterator))["loss"])


if __name__ == "__main__":
    main()
