"""What the settings say of source styles reaches the batches."""

import dataclasses
import logging

import numpy as np
import pytest
from toy_domains import NumberedDomain
from toy_settings import TINY

from tf_advseg import methods
from tf_advseg.datasets import FaultLog
from tf_advseg.experiment.batches import make_batches
from tf_advseg.experiment.making import Domains


class Target(NumberedDomain):
    """Brighter than any source; its labels are nobody's business."""

    def __init__(self, may_read_labels):
        super().__init__(num_images=5)
        self.may_read_labels = may_read_labels

    def read_image(self, key):
        return super().read_image(key) + np.uint8(200)

    def read_label(self, key):
        assert self.may_read_labels, "A target label was read."
        return super().read_label(key)


def batches(method, may_read_labels=False, **changes):
    settings = dataclasses.replace(
        TINY, source_size="8x16", target_size="8x16", **changes
    )
    domains = Domains(NumberedDomain(), Target(may_read_labels))
    dataset = make_batches(settings, domains, method, 0, FaultLog())
    return [inputs for inputs, _ in dataset.take(6).as_numpy_iterator()]


@pytest.mark.parametrize("style", ["colour_statistics", "fda"])
@pytest.mark.parametrize("method", [methods.SourceOnly(), methods.MinEnt()])
def test_a_style_goes_with_methods_that_use_the_target_and_those_that_do_not(
    method, style
):
    found = batches(method, source_style=style, source_style_share=1.0)
    for inputs in found:
        assert inputs["source"].min() >= 199
        assert ("target" in inputs) is method.uses_target


def test_no_style_is_the_default():
    for inputs in batches(methods.SourceOnly()):
        assert set(inputs) == {"source"}
        assert inputs["source"].max() < 10


def test_an_oracle_has_no_source_to_style_and_says_so(caplog):
    options = {"may_read_labels": True}
    plain = batches(methods.TargetOracle(), **options)
    with caplog.at_level(logging.WARNING):
        styled = batches(methods.TargetOracle(), source_style="fda", **options)
    for one, other in zip(plain, styled, strict=True):
        np.testing.assert_array_equal(one["source"], other["source"])
    (record,) = caplog.records
    assert "--source_style=fda is off: target_oracle" in record.getMessage()
