import numpy as np
import pytest
import tensorflow as tf

from tf_advseg.datasets.pipeline.styles.fourier import swap_amplitudes


def noise(size, low=90, high=160, seed=0):
    rng = np.random.default_rng(seed)
    return tf.constant(rng.uniform(low, high, (*size, 3)), tf.uint8)


def whole_transform(image, other, down, across):
    """Equation (3) with the spectra of both images, of one size."""
    image, other = np.array(image, float), np.array(other, float)
    ours, theirs = (np.fft.fft2(x, axes=(0, 1)) for x in (image, other))
    amplitude, phase = np.abs(ours), np.angle(ours)
    for u in range(-down, down + 1):
        for v in range(-across, across + 1):
            amplitude[u, v] = np.abs(theirs[u, v])
    mixed = np.fft.ifft2(amplitude * np.exp(1j * phase), axes=(0, 1))
    assert np.abs(mixed.imag).max() < 1e-9
    return np.clip(mixed.real, 0, 255)


# floor(beta H) and floor(beta W) are what is to be swapped.
@pytest.mark.parametrize(
    ("beta", "down", "across"), [(0.01, 0, 0), (0.05, 1, 1), (0.09, 1, 2)]
)
def test_it_is_the_papers_equation(beta, down, across):
    image, other = noise((20, 30)), noise((20, 30), 40, 220, seed=1)
    expected = whole_transform(image, other, down, across)
    found = swap_amplitudes(image, other, beta)
    assert np.abs(expected - np.array(image, float)).max() > 1
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_beta_zero_moves_the_mean_of_each_channel_alone():
    image, other = noise((8, 16)), noise((6, 10), [70, 90, 110], 180, seed=1)
    means = np.mean(other, axis=(0, 1)) - np.mean(image, axis=(0, 1))
    found = swap_amplitudes(image, other, 0.0)
    np.testing.assert_allclose(found, np.array(image) + means, atol=1e-3)


def test_a_wave_takes_the_height_of_the_others_and_keeps_its_place():
    def wave(size, height, shift):
        x = np.arange(size[1]) / size[1]
        row = np.round(128 + height * np.cos(2 * np.pi * (x - shift)))
        return np.broadcast_to(row[:, None], (*size, 3)).astype(np.uint8)

    image, other = wave((16, 32), 20, shift=0.25), wave((24, 48), 60, 0.5)
    found = swap_amplitudes(image, other, 0.05)
    np.testing.assert_allclose(found, wave((16, 32), 60, 0.25), atol=1)


def test_a_small_image_gives_the_frequencies_that_it_has():
    found = swap_amplitudes(noise((40, 40)), noise((1, 3), seed=1), 0.3)
    assert np.isfinite(found).all()
    assert np.min(found) >= 0
    assert np.max(found) <= 255


def test_an_image_keeps_its_own_amplitudes():
    image = noise((9, 17), 0, 255)
    np.testing.assert_allclose(
        swap_amplitudes(image, image, 0.1), image, atol=1e-3
    )
