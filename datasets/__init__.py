"""Domains and the pipeline that turns two of them into training batches."""

import functools

from tf_advseg.datasets import published as published
from tf_advseg.datasets.classes.statistics import (
    ClassStatistics as ClassStatistics,
)
from tf_advseg.datasets.classes.statistics import (
    class_statistics as class_statistics,
)
from tf_advseg.datasets.domains.domain import ClassSet as ClassSet
from tf_advseg.datasets.domains.domain import Domain as Domain
from tf_advseg.datasets.domains.domain_check import DomainCheck as DomainCheck
from tf_advseg.datasets.domains.domain_check import check_domain as check_domain
from tf_advseg.datasets.domains.folder import FolderDomain as FolderDomain
from tf_advseg.datasets.domains.native import NativeDomain as NativeDomain
from tf_advseg.datasets.files.evaluation_samples import Sample as Sample
from tf_advseg.datasets.files.evaluation_samples import (
    evaluation_samples as evaluation_samples,
)
from tf_advseg.datasets.files.faults import FaultLog as FaultLog
from tf_advseg.datasets.files.faults import (
    clean_data_errors as clean_data_errors,
)
from tf_advseg.datasets.pipeline.pair import pair as pair
from tf_advseg.datasets.pipeline.sample_options import (
    SampleOptions as SampleOptions,
)
from tf_advseg.datasets.streets import StreetsDomain as StreetsDomain

DOMAINS = {
    "streets-real": functools.partial(StreetsDomain, "real"),
    "streets-sim": functools.partial(StreetsDomain, "sim"),
}
"""Domains that need no folder, by the name that `--source` takes."""

NATIVE_DOMAINS: dict[str, type[NativeDomain]] = {
    domain.name: domain
    for domain in map(vars(published).get, published.__all__)
}
"""Published data sets, which need the folder that holds them, by name."""
