"""One update of ADVENT as the trainer makes it, for `training_torch`.

    python -m benchmarks.beside_torch.our_training '{"network": ...}'

reads lines from standard input; each makes one update and prints the
milliseconds.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

from benchmarks.parts import timing
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings


def settings_of(case: dict) -> TrainSettings:
    """The papers' settings of a case of `training_torch`."""
    return TrainSettings(
        **PLAIN
        | {
            "method": "advent",
            "backbone": case["network"],
            "weights": "none",
            "batch_norm": "frozen" if case["frozen"] else "trainable",
            "batch_size": case["batch"],
            "precision": case["precision"],
            "optimizer": "sgd",
            "learning_rate": 2.5e-4,
            "weight_decay": 5e-4,
            "discriminator_width": 64,
            "target_weight_scale": 1.0,
        }
    )


def main(case: str) -> None:
    """Answers each line with the milliseconds of one update."""
    facts = json.loads(case)
    tf.config.threading.set_intra_op_parallelism_threads(facts["threads"])
    size = (facts["height"], facts["width"])
    step = timing.prepared(settings_of(facts), size, classes=facts["classes"])
    print(json.dumps({"is": tf.__version__}), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        step()
        print(1000 * (time.perf_counter() - start), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
