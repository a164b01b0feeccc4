"""What a student is asked for, in numbers that a person can work out."""

import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.methods import Distil


def scores(*probabilities):
    """Logits `(1, 1, N, C)` whose softmax is that, one list a pixel."""
    return tf.constant(np.log(probabilities)[None, None], tf.float32)


TEACHER = scores([0.5, 0.25, 0.25], [0.25, 0.5, 0.25])
STUDENT = scores([0.25, 0.5, 0.25], [0.25, 0.5, 0.25])
APART = 0.25 * np.log(2)
"""Of the first pixel: 1/2 log 2 - 1/4 log 2; the second agrees."""


def test_it_is_the_divergence_from_the_teacher_averaged_over_pixels():
    loss = Distil().taught_loss(STUDENT, TEACHER)
    assert float(loss) == pytest.approx(APART / 2)
    assert float(Distil().taught_loss(TEACHER, TEACHER)) == 0


def test_a_temperature_flattens_both_and_its_square_keeps_the_gradient():
    """At temperature 2 probabilities are as their roots."""
    roots = np.sqrt([0.5, 0.25, 0.25])
    p = roots / roots.sum()
    loss = Distil(temperature=2.0).taught_loss(STUDENT, TEACHER)
    expected = 4 * (p[0] - p[1]) * np.log(p[0] / p[1]) / 2
    assert float(loss) == pytest.approx(expected, rel=1e-5)


def test_pseudo_labels_know_the_winner_alone():
    loss = Distil(hard=1.0).taught_loss(STUDENT, TEACHER)
    assert float(loss) == pytest.approx((np.log(4) + np.log(2)) / 2)
    half = Distil(hard=0.5).taught_loss(STUDENT, TEACHER)
    assert float(half) == pytest.approx(float(loss) / 2 + APART / 4)


def test_no_gradient_reaches_the_teacher():
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([STUDENT, TEACHER])
        loss = Distil(hard=0.5).taught_loss(STUDENT, TEACHER)
    assert tape.gradient(loss, TEACHER) is None
    assert float(tf.norm(tape.gradient(loss, STUDENT))) > 0


@pytest.mark.parametrize(
    ("option", "value"),
    [("temperature", 0), ("hard", 1.5), ("on_source", -1), ("scales", (0.0,))],
)
def test_options_out_of_range_are_named(option, value):
    with pytest.raises(ValueError, match=f"distil {option}"):
        Distil(**{option: value})
