"""What is timed, and how: in turns, so that others' work hits all alike."""

import statistics
import time
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tf_advseg.experiment import making
from tf_advseg.settings.train import TrainSettings
from tf_advseg.training.compiled_steps import replicated_step
from tf_advseg.training.distributed.strategies import make_strategy

CLASSES = 11


def prepared(
    settings: TrainSettings,
    size: tuple[int, int] = (128, 256),
    strategy_name: str = "one_device",
    classes: int = CLASSES,
) -> Callable[[], float]:
    """A function that makes one warm training step on images of (H, W)."""
    strategy = make_strategy(strategy_name)
    method = making.scaled(settings)
    with strategy.scope():
        names = [f"class_{index}" for index in range(classes)]
        model = making.make_model(settings, method, names)
    step = replicated_step(model, strategy)
    rng = np.random.default_rng(0)
    shape = (settings.batch_size, *size)
    images = rng.uniform(0, 255, (*shape, 3)).astype(np.float32)
    labels = rng.integers(0, classes, shape).astype(np.int32)
    batch = ({"source": images, "target": images}, labels)
    dataset = tf.data.Dataset.from_tensors(batch).repeat()
    batches = iter(strategy.experimental_distribute_dataset(dataset))
    for _ in range(3):
        step(next(batches))
    return lambda: float(step(next(batches))["loss"])


def in_turns(
    steps: Mapping[str, Callable[[], object]], rounds: int, repeats: int = 1
) -> dict[str, list[float]]:
    """Seconds of each step by round, means of so many repeats in a turn."""
    seconds = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            start = time.perf_counter()
            for _ in range(repeats):
                step()
            seconds[name].append((time.perf_counter() - start) / repeats)
    return seconds


def median_ratio(these: Sequence[float], those: Sequence[float]) -> float:
    """The median of ratios taken round by round."""
    return statistics.median(a / b for a, b in zip(these, those, strict=True))


def image_speed(
    batches: Iterator, warm_up: int, count: int, batch_size: int
) -> tuple[float, float]:
    """Images a second, and seconds of processor time an image.

    The clock starts after `warm_up` batches, of so many images of a domain.
    """
    for _ in range(warm_up):
        next(batches)
    clock, processor = time.perf_counter(), time.process_time()
    for _ in range(count):
        next(batches)
    num_images = 2 * batch_size * count
    seconds = time.perf_counter() - clock
    return num_images / seconds, (time.process_time() - processor) / num_images
