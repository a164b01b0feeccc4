"""Some real steps, timed: what a run takes on this machine."""

import resource
import statistics
import sys
import time

from tf_advseg.base.process.allocator import keep_freed_memory
from tf_advseg.base.process.quiet_tensorflow import import_quietly
from tf_advseg.proposing.cost import Cost
from tf_advseg.settings.train import TrainSettings

STEPS = 5
WARM = 2


def measure(settings: TrainSettings) -> Cost:
    """Makes a few steps of a run; returns its memory and seconds a step.

    The networks, the batches and the step are a run's own; nothing is saved
    or evaluated, so that the memory of that is not in it.

    Args:
        settings: With sizes in numbers.

    Returns:
        `step_s` is of the clock here, not of the processor.
    """
    keep_freed_memory()
    import_quietly()
    from tf_advseg.datasets.files.faults import FaultLog
    from tf_advseg.experiment import batches
    from tf_advseg.experiment import making
    from tf_advseg.training.compiled_steps import replicated_step
    from tf_advseg.training.distributed.strategies import make_strategy

    domains = making.make_domains(settings)
    method = making.make_method(settings, domains)
    strategy = make_strategy(settings.strategy, settings.tpu)
    with strategy.scope():
        names = domains.source.class_set.names
        model = making.make_model(settings, method, names)
    found = iter(
        strategy.experimental_distribute_dataset(
            batches.make_batches(settings, domains, method, 0, FaultLog())
        )
    )
    step = replicated_step(model, strategy)
    seconds = []
    for _ in range(WARM + STEPS):
        start = time.perf_counter()
        float(step(next(found))["loss"])
        seconds.append(time.perf_counter() - start)
    return Cost(_peak_megabytes(), statistics.median(seconds[WARM:]))


def _peak_megabytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (2**20 if sys.platform == "darwin" else 2**10)
