"""Domains and the pipeline that turns two of them into training batches."""

from tf_advseg.datasets.augmentation import SampleOptions as SampleOptions
from tf_advseg.datasets.domain import ClassSet as ClassSet
from tf_advseg.datasets.domain import Domain as Domain
from tf_advseg.datasets.evaluation_samples import Sample as Sample
from tf_advseg.datasets.evaluation_samples import (
    evaluation_samples as evaluation_samples,
)
from tf_advseg.datasets.faults import FaultLog as FaultLog
from tf_advseg.datasets.faults import clean_data_errors as clean_data_errors
from tf_advseg.datasets.pair import pair as pair
from tf_advseg.datasets.statistics import ClassStatistics as ClassStatistics
from tf_advseg.datasets.statistics import class_statistics as class_statistics
