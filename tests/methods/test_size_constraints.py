import numpy as np
import tensorflow as tf

from tf_advseg.methods.size_constraints import constrained_distribution


def distribution(low, high, q=((0.8, 0.2),) * 4):
    log_q = tf.math.log(tf.constant([q], tf.float32))
    return constrained_distribution(
        log_q, tf.constant([low]), tf.constant([high])
    ).numpy()[0]


def test_a_distribution_within_its_bounds_stays():
    p = distribution([0.5, 0.1], [1.0, 1.0])
    np.testing.assert_allclose(p, [[0.8, 0.2]] * 4, atol=1e-6)


def test_a_class_that_is_too_small_is_raised_to_its_bound():
    p = distribution([0.0, 0.4], [1.0, 1.0])
    np.testing.assert_allclose(p.mean(axis=0), [0.6, 0.4], atol=1e-3)


def test_a_class_that_is_too_large_is_lowered_to_its_bound():
    p = distribution([0.0, 0.0], [0.7, 1.0])
    np.testing.assert_allclose(p.mean(axis=0), [0.7, 0.3], atol=1e-3)


def test_likely_pixels_take_up_the_missing_share_first():
    q = ((0.99, 0.01), (0.6, 0.4), (0.99, 0.01), (0.99, 0.01))
    p = distribution([0.0, 0.3], [1.0, 1.0], q)
    assert p[1, 1] - 0.4 > 2 * (p[0, 1] - 0.01)


def test_contradicting_bounds_stay_finite():
    p = distribution([0.9, 0.9], [1.0, 1.0])
    assert np.isfinite(p).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)
