"""The shards as an Apache Beam pipeline around `RunInference`.

    Create(shards) -> Reshuffle -> RunInference(ShardHandler) -> counts

An element is a whole shard, that is, a list of paths: a worker reads, predicts
and writes it, so that no picture ever travels between machines, and a shard
is on the disk before the worker takes the next one. The network is loaded once
a worker process. Whatever Beam does twice, after a worker's death say, writes
the same files again.
"""

# Beam wants an environment of its own: it is not there to be read.
# pyright: reportMissingImports=false

from collections.abc import Iterator
from collections.abc import Sequence

from tf_advseg.networks.ensemble_file import LoadedEnsemble
from tf_advseg.prediction.batch.shards import Shard
from tf_advseg.prediction.batch.shards import ShardResult
from tf_advseg.prediction.batch.task import PredictionTask

try:
    import apache_beam as beam
    from apache_beam.ml.inference.base import ModelHandler
    from apache_beam.ml.inference.base import RunInference
    from apache_beam.options.pipeline_options import PipelineOptions
except ImportError as error:
    raise ValueError(
        "--runner=beam needs the extra 'beam', which is not installed: pip "
        "install 'tf-advseg[beam]', in an environment of its own (it wants an "
        "older protobuf and Pillow). --runner=local works without."
    ) from error

LOCAL_OPTIONS = ("--runner=FnApiRunner",)
"""In this process, one shard after another."""


class ShardHandler(ModelHandler[Shard, ShardResult, LoadedEnsemble]):
    """Predicts and writes shards.

    Args:
        task: What to predict, and where to.
    """

    def __init__(self, task: PredictionTask):
        super().__init__()
        self._task = task

    def load_model(self) -> LoadedEnsemble:
        """Loads the networks, once a process."""
        return self._task.load()

    def run_inference(
        self,
        batch: Sequence[Shard],
        model: LoadedEnsemble,
        inference_args: dict | None = None,
    ) -> Iterator[ShardResult]:
        """Yields a result for each shard."""
        for shard in batch:
            yield self._task.predict(model, shard)

    def batch_elements_kwargs(self) -> dict[str, int]:
        """One shard at a time: it is a batch already."""
        return {"min_batch_size": 1, "max_batch_size": 1}

    def get_metrics_namespace(self) -> str:
        """Where Beam counts."""
        return "tf_advseg"


def run_pipeline(
    task: PredictionTask, shards: Sequence[Shard], options: Sequence[str] = ()
) -> None:
    """Predicts shards and waits for the end.

    Args:
        task: What to predict, and where to.
        shards: Those that are not finished.
        options: Beam's own, `["--runner=FlinkRunner", ...]` say; the local
            runner without.
    """
    settings = PipelineOptions(list(options or LOCAL_OPTIONS))
    with beam.Pipeline(options=settings) as pipeline:
        _ = (
            pipeline
            | "shards" >> beam.Create(shards)
            # Else one worker would get them all, fused to their creation.
            | "spread" >> beam.Reshuffle()
            | "predict" >> RunInference(ShardHandler(task))
            | "count" >> beam.Map(_count)
        )


def _count(result: ShardResult) -> None:
    count = beam.metrics.Metrics.counter
    count("tf_advseg", "images_predicted").inc(result.num_predicted)
    count("tf_advseg", "dead_letters").inc(len(result.faults))
