"""IntraDA is AdvEnt, on other images."""

import pytest
import tensorflow as tf

from tf_advseg.experiment import registry
from tf_advseg.methods import AdvEnt
from tf_advseg.methods import IntraDA


def test_its_losses_and_weights_are_advents():
    ours, theirs = IntraDA(), AdvEnt()
    assert ours.target_weights == theirs.target_weights
    logits = tf.random.stateless_normal((1, 4, 4, 3), (0, 1))
    outputs = {"main": logits, "aux": logits}
    for level, map_ in ours.discriminator_input(outputs).items():
        expected = theirs.discriminator_input(outputs)[level]
        assert bool(tf.reduce_all(map_ == expected))


@pytest.mark.parametrize("share", [0.0, 1.0, float("nan")])
def test_both_parts_have_a_share(share):
    with pytest.raises(ValueError, match="intrada easy_share"):
        IntraDA(easy_share=share)


def test_it_alone_needs_a_start():
    classes = registry.method_classes().values()
    assert [c.name for c in classes if c.needs_start] == ["intrada"]
