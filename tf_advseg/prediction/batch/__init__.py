"""Prediction of many images in shards, each finished once and for all."""

from tf_advseg.prediction.batch.shards import Shard
from tf_advseg.prediction.batch.shards import ShardResult
from tf_advseg.prediction.batch.shards import finished_result
from tf_advseg.prediction.batch.shards import make_shards
from tf_advseg.prediction.batch.shards import merge_results
from tf_advseg.prediction.batch.shards import write_dead_letters
from tf_advseg.prediction.batch.task import PredictionTask

__all__ = [
    "PredictionTask",
    "Shard",
    "ShardResult",
    "finished_result",
    "make_shards",
    "merge_results",
    "write_dead_letters",
]
