import keras
import numpy as np
import pixel_world
import pytest
import tensorflow as tf

from tf_advseg.experiment import making
from tf_advseg.methods import MaxSquare
from tf_advseg.methods import MinEnt
from tf_advseg.methods import SourceOnly
from tf_advseg.methods.maxsquare import maximum_squares
from tf_advseg.settings.train import TrainSettings
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter


def logits_of(*images):
    """One row of pixels an image, with these class probabilities."""
    return tf.math.log(tf.constant(images, tf.float32)[:, None])


def test_without_weights_it_is_half_the_mean_of_squares():
    logits = logits_of([[0.5, 0.5], [0.9, 0.1]])
    expected = -(0.5 + 0.82) / 2 / 2
    assert float(maximum_squares(logits, 0.0)) == pytest.approx(expected)


def test_a_class_is_weighed_by_how_many_pixels_are_predicted_as_it():
    # Three pixels of the first class and one of the second: N = 4.
    pixels = [[0.8, 0.2], [0.8, 0.2], [0.8, 0.2], [0.4, 0.6]]
    first = (3 * 0.8**2 + 0.4**2) / (3**0.2 * 4**0.8)
    second = (3 * 0.2**2 + 0.6**2) / (1**0.2 * 4**0.8)
    found = float(maximum_squares(logits_of(pixels), 0.2))
    assert found == pytest.approx(-(first + second) / 2)


def test_images_are_weighed_each_by_its_own_classes():
    one, other = [[0.8, 0.2], [0.7, 0.3]], [[0.1, 0.9], [0.6, 0.4]]
    apart = [float(maximum_squares(logits_of(x), 0.2)) for x in (one, other)]
    together = float(maximum_squares(logits_of(one, other), 0.2))
    assert together == pytest.approx(sum(apart) / 2)


def test_a_class_that_no_pixel_predicts_is_no_infinity():
    pixels = [[0.9, 0.1, 0.0001], [0.9, 0.1, 0.0001]]
    assert np.isfinite(float(maximum_squares(logits_of(pixels), 1.0)))


def test_the_gradient_of_sure_pixels_is_small_beside_entropys():
    """In the probability, 1/2 - p against log(p / (1 - p)) for two classes."""

    def pull(method, p):
        logits = tf.Variable(logits_of([[p, 1 - p]]))
        with tf.GradientTape() as tape:
            loss = method.target_loss(logits)
        slope = abs(tape.gradient(loss, logits).numpy()[0, 0, 0, 0])
        return slope / (p * (1 - p))

    squares, entropy = MaxSquare(alpha=0.0), MinEnt()
    assert pull(squares, 0.99) / pull(squares, 0.6) == pytest.approx(
        (0.99 - 0.5) / (0.6 - 0.5), rel=1e-3
    )
    assert pull(entropy, 0.99) / pull(entropy, 0.6) == pytest.approx(
        np.log(0.99 / 0.01) / np.log(0.6 / 0.4), rel=1e-3
    )


def test_its_published_weight_is_not_multiplied():
    def main(call):
        settings = TrainSettings(method=call, target_weight_scale=10.0)
        return making.scaled(settings).target_weights["main"]

    assert main("maxsquare") == 0.1
    assert main("minent") == pytest.approx(10 * 1e-3)


def test_alpha_is_a_share():
    with pytest.raises(ValueError, match="maxsquare alpha"):
        MaxSquare(alpha=1.5)


def world_accuracy(method):
    """On a target whose darker class lies on the source's boundary, 120."""
    rng = np.random.default_rng(0)
    model = AdversarialSegmenter(pixel_world.segmenter(), method)
    model.compile(optimizer=keras.optimizers.Adam(0.05))
    step = tf.function(model.train_step)

    def draw_target(num_images=4):
        return pixel_world.draw(rng, [[120.0], [160.0]], 4.0, num_images)

    for _ in range(300):
        source, labels = pixel_world.draw(rng, [[100.0], [140.0]])
        step(({"source": source, "target": draw_target()[0]}, labels))
    return pixel_world.accuracy(model.segmenter, *draw_target(16))


@pytest.mark.slow
def test_the_boundary_goes_where_the_target_has_no_pixels():
    assert world_accuracy(SourceOnly()) < 0.85
    assert world_accuracy(MaxSquare(target_weights={"main": 1.0})) > 0.98
