"""Evaluation as `tf_advseg evaluate` makes it, for `evaluation_torch`.

    python -m benchmarks.beside_torch.our_evaluating '{"network": ...}'

reads lines from standard input; each evaluates all files once and prints the
milliseconds of processor time.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

from benchmarks.beside_torch.our_training import settings_of
from tf_advseg.datasets import NATIVE_DOMAINS
from tf_advseg.evaluation.evaluating import evaluate_segmenter
from tf_advseg.experiment import making
from tf_advseg.networks.ensemble import Ensemble


def main(case: str) -> None:
    """Answers each line with the milliseconds of one evaluation."""
    facts = json.loads(case)
    tf.config.threading.set_intra_op_parallelism_threads(facts["threads"])
    domain = NATIVE_DOMAINS["cityscapes"](facts["data"])
    settings = settings_of(facts)
    names = domain.class_set.names
    model = making.make_model(settings, making.scaled(settings), names)
    ensemble = Ensemble([model.segmenter])
    size = (facts["height"], facts["width"])

    def evaluate() -> float:
        return evaluate_segmenter(ensemble, domain, "train", size=size).miou

    evaluate()
    print(json.dumps({"is": tf.__version__}), flush=True)
    for _ in sys.stdin:
        start = time.process_time()
        evaluate()
        print(1000 * (time.process_time() - start), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
