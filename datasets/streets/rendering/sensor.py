"""The camera of streets-real: from linear light to the file's pixels.

Exposure, white balance and vignetting, the response curve, the lens's blur,
the sensor's noise, and JPEG compression, in this order.
"""

import io

import numpy as np
from PIL import Image
from PIL import ImageFilter

from tf_advseg.datasets.streets.chance import between
from tf_advseg.datasets.streets.style import RealLook


def expose(
    light: np.ndarray, rng: np.random.Generator, look: RealLook
) -> np.ndarray:
    """Returns the picture of linear `light` `(H, W, 3)` as uint8."""
    gains = np.full(3, between(rng, look.exposure), np.float32)
    error = look.white_balance
    gains[0] *= 1 + between(rng, (-error, error))
    gains[2] *= 1 + between(rng, (-error, error))
    contrast, veil = between(rng, look.contrast), 0.1 * rng.random() ** 2
    fall_off = _vignette(light.shape[:2], between(rng, look.vignetting))
    display = np.sqrt(np.clip(light * gains * fall_off, 0, 1))
    display = _respond(display, np.float32(contrast)) * (1 - veil) + veil
    blur, noise = between(rng, look.blur), between(rng, look.noise)
    quality = int(between(rng, look.jpeg_quality))
    picture = _blur(_to_bytes(display), blur)
    return _compress(_add_noise(picture, rng, noise), quality)


def _vignette(size: tuple[int, int], loss: float) -> np.ndarray:
    """Returns the share of light by pixel: all in the middle, `(H, W, 1)`."""
    rows, columns = (np.linspace(-1, 1, side) ** 2 for side in size)
    radius = (rows[:, None] + columns[None]) / 2
    return (1 - loss * radius).astype(np.float32)[..., None]


def _respond(display: np.ndarray, contrast: np.float32) -> np.ndarray:
    """Bends the curve about its middle: steeper for a positive contrast."""
    bend = 2 * display * (1 - display) * (2 * display - 1)
    return display + contrast * bend


def _to_bytes(display: np.ndarray) -> np.ndarray:
    return (np.clip(display, 0, 1) * 255 + 0.5).astype(np.uint8)


def _blur(picture: np.ndarray, radius: float) -> np.ndarray:
    """Blurs by `radius` pixels of a 256 wide picture, more in larger ones.

    Larger sensors come with better lenses: the root keeps detail in them.
    """
    kernel = ImageFilter.GaussianBlur(radius * (picture.shape[1] / 256) ** 0.5)
    return np.asarray(Image.fromarray(picture).filter(kernel))


def _add_noise(
    picture: np.ndarray, rng: np.random.Generator, strength: float
) -> np.ndarray:
    """Adds triangular noise, stronger in the dark (square-root response)."""
    shape = picture.shape
    noise = rng.random(shape, np.float32) - rng.random(shape, np.float32)
    display = picture * np.float32(1 / 255)
    sigma = np.float32(2.45 * strength) * (1.3 - 0.6 * display)
    return _to_bytes(display + sigma * noise)


def _compress(picture: np.ndarray, quality: int) -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return np.array(Image.open(buffer, formats=["JPEG"]))
