import math

import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.methods import losses


def logits_of(probabilities):
    """One image of one row of pixels with these class probabilities."""
    return tf.math.log(tf.constant([[probabilities]], tf.float32))


def test_cross_entropy_is_the_mean_over_labelled_pixels():
    logits = logits_of([[0.5, 0.5], [0.25, 0.75], [0.9, 0.1]])
    labels = tf.constant([[[0, 0, 255]]])
    count = losses.count_labelled(labels)
    expected = -(math.log(0.5) + math.log(0.25)) / 2
    assert float(count) == 2
    assert float(losses.cross_entropy(logits, labels, count)) == pytest.approx(
        expected, rel=1e-6
    )


def test_ignored_pixels_do_not_change_loss_or_gradient():
    labels = tf.constant([[[1, 255]]])
    gradients, values = [], []
    for ignored in ([0.3, 0.7], [0.99, 0.01]):
        logits = tf.Variable(logits_of([[0.4, 0.6], ignored]))
        with tf.GradientTape() as tape:
            loss = losses.cross_entropy(logits, labels, 1.0)
        values.append(float(loss))
        gradients.append(tape.gradient(loss, logits).numpy())
    assert values[0] == values[1]
    np.testing.assert_array_equal(gradients[0][0, 0, 1], [0, 0])
    np.testing.assert_allclose(gradients[0], gradients[1], atol=1e-7)


def test_class_weights_make_it_a_weighted_mean():
    logits = logits_of([[0.5, 0.5], [0.25, 0.75], [0.4, 0.6], [0.9, 0.1]])
    labels = tf.constant([[[0, 0, 1, 255]]])
    weights = (0.5, 3.0)
    count = losses.count_labelled(labels, class_weights=weights)
    assert float(count) == 0.5 + 0.5 + 3.0
    loss = losses.cross_entropy(logits, labels, count, weights)
    costs = 0.5 * math.log(0.5) + 0.5 * math.log(0.25) + 3 * math.log(0.6)
    assert float(loss) == pytest.approx(-costs / 4.0, rel=1e-6)


def test_where_nothing_can_be_seen_classes_are_guessed_by_share_and_weight():
    """The loss is least at p_c = w_c f_c / sum_k w_k f_k."""
    labels = tf.constant([[[0, 0, 0, 0, 0, 0, 1, 1, 2, 255]]])  # 6, 2, 1 of 9
    weights = (1.0, 2.0, 4.0)
    best = np.array([6.0, 4.0, 4.0]) / 14
    logits = tf.Variable(np.log(best), dtype=tf.float32)
    with tf.GradientTape() as tape:
        everywhere = tf.broadcast_to(logits, (1, 1, 10, 3))
        count = losses.count_labelled(labels, class_weights=weights)
        loss = losses.cross_entropy(everywhere, labels, count, weights)
    np.testing.assert_allclose(tape.gradient(loss, logits), 0, atol=1e-6)


def test_a_batch_without_labels_costs_nothing_instead_of_nan():
    labels = tf.fill((1, 1, 2), 255)
    logits = logits_of([[0.5, 0.5], [0.5, 0.5]])
    count = losses.count_labelled(labels)
    assert float(losses.cross_entropy(logits, labels, count)) == 0


def test_entropy_is_one_where_uniform_and_zero_where_sure():
    logits = tf.constant([[[[0.0, 0.0, 0.0], [200.0, 0.0, 0.0]]]])
    np.testing.assert_allclose(
        losses.entropy(logits)[0, 0], [1.0, 0.0], atol=1e-6
    )


def test_self_information_keeps_every_class():
    information = losses.self_information(logits_of([[0.5, 0.25, 0.25]]))
    expected = np.array([0.5 * 1, 0.25 * 2, 0.25 * 2]) / math.log2(3)
    np.testing.assert_allclose(information[0, 0, 0], expected, rtol=1e-6)


def test_entropy_has_a_gradient_in_half_precision_where_p_underflows():
    logits = tf.Variable(tf.constant([[[[60.0, 0.0]]]], tf.float16))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(losses.entropy(logits))
    assert np.isfinite(tape.gradient(loss, logits).numpy()).all()


def test_hardest_mean_takes_the_highest_share_of_each_image():
    values = tf.constant([[[1.0, 4.0, 2.0, 3.0]], [[8.0, 0.0, 0.0, 6.0]]])
    assert float(losses.hardest_mean(values, 0.5)) == (4 + 3 + 8 + 6) / 4
    assert float(losses.hardest_mean(values, 1.0)) == 24 / 8
    assert float(losses.hardest_mean(values, 1e-6)) == (4 + 8) / 2


def test_class_ratio_prior_punishes_only_missing_classes():
    # Shares: (0.7, 0.3); half the source's ratios: (0.2, 0.3 + 0.1).
    logits = logits_of([[0.9, 0.1], [0.5, 0.5]])
    prior = losses.class_ratio_prior(logits, tf.constant([0.4, 0.8]), 0.5)
    assert float(prior) == pytest.approx(0.4 - 0.3, rel=1e-5)


@pytest.mark.parametrize("domain", [0, 1])
def test_gan_losses_are_small_for_the_right_domain(domain):
    right = tf.fill((1, 2, 2, 1), 8.0 if domain else -8.0)
    assert float(losses.vanilla_gan(right, domain)) == pytest.approx(
        math.log1p(math.exp(-8)), rel=1e-5
    )
    assert float(losses.vanilla_gan(-right, domain)) == pytest.approx(
        8 + math.log1p(math.exp(-8)), rel=1e-5
    )
    assert float(losses.least_squares_gan(right, domain)) == (
        (8 - 1) ** 2 if domain else 64
    )
