"""The domains that have a name of their own, for `--source` and `--target`."""

import functools

from tf_advseg.datasets.domains.libraries import library_domain
from tf_advseg.datasets.domains.native import NativeDomain
from tf_advseg.datasets.published import PUBLISHED
from tf_advseg.datasets.streets import StreetsDomain

DOMAINS = {
    "streets-real": functools.partial(StreetsDomain, "real"),
    "streets-sim": functools.partial(StreetsDomain, "sim"),
}
"""Domains that need no folder, by the name that `--source` takes."""

NATIVE_DOMAINS = {
    name: functools.partial(NativeDomain, data)
    for name, data in PUBLISHED.items()
}
"""Published data sets, which need the folder that holds them, by name."""

LIBRARY_DOMAINS = {
    "huggingface": library_domain.huggingface,
    "tfds": library_domain.tfds,
}
"""Data sets that a library keeps, which need the data set's name there."""
