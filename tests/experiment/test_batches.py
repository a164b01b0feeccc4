"""From settings to batches: sizes that the images decide, and scales."""

import dataclasses

import numpy as np
import pytest
from toy_settings import TINY

from tf_advseg.datasets import FaultLog
from tf_advseg.experiment import making
from tf_advseg.experiment.batches import make_batches
from tf_advseg.experiment.batches import with_sizes


@pytest.fixture(scope="module")
def domains():
    return making.make_domains(TINY)


def with_(**changes):
    return dataclasses.replace(TINY, **changes)


def test_sizes_that_are_said_stay_and_nothing_is_told(domains):
    assert with_sizes(TINY, domains, pytest.fail) is TINY


def test_a_crop_goes_by_the_size_that_is_said(domains):
    lines = []
    found = with_sizes(
        with_(crop="auto", target_size="100x200"), domains, lines.append
    )
    assert found == with_(crop="96x192", target_size="100x200")
    assert len(lines) == 1 and "--crop=96x192" in lines[0]


def test_native_images_are_cropped_by_the_size_they_have(domains):
    found = with_sizes(
        with_(crop="auto", target_size="native", source_size="auto"),
        domains,
        lambda line: None,
    )
    assert (found.crop, found.target_size) == ("32x64", "native")
    assert found.source_size == "32x64"


def test_source_images_have_a_largest_scale_of_their_own(domains):
    """At 4 instead of 1 the same samples are pieces of a quarter a side."""
    settings = with_(flip=False, min_scale=4.0, max_scale=4.0)
    batches = {}
    for name, one in {
        "both": settings,
        "source": with_(flip=False, source_max_scale=4.0, min_scale=1.0),
    }.items():
        method = making.make_method(one, domains)
        dataset = make_batches(one, domains, method, 0, FaultLog())
        batches[name] = next(iter(dataset))[0]
    plain = make_batches(with_(flip=False), domains, method, 0, FaultLog())
    plain = next(iter(plain))[0]
    np.testing.assert_array_equal(batches["source"]["target"], plain["target"])
    assert not np.array_equal(batches["both"]["target"], plain["target"])
    assert not np.array_equal(batches["source"]["source"], plain["source"])
