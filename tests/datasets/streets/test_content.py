"""What the streets show: classes, their rates, and how the domains differ."""

import functools

import numpy as np
import pytest

from tf_advseg.datasets.streets import STREETS
from tf_advseg.datasets.streets import StreetsDomain
from tf_advseg.datasets.streets import classes
from tf_advseg.datasets.streets import domain
from tf_advseg.datasets.streets.layout import draw_scene
from tf_advseg.datasets.streets.style import REAL_LAYOUT
from tf_advseg.datasets.streets.style import SIM_LAYOUT

STYLES = ("sim", "real")
IMAGES = 30


@functools.cache
def _counts(style: str) -> np.ndarray:
    """Pixels by image and class, `(IMAGES, C)`."""
    streets = StreetsDomain(style, size=(128, 256))
    keys = streets.keys("train")[:IMAGES]
    labels = [streets.read_label(key).ravel() for key in keys]
    assert max(label.max() for label in labels) < STREETS.num_classes
    bins = STREETS.num_classes
    return np.array([np.bincount(label, minlength=bins) for label in labels])


def _ratios(style: str) -> np.ndarray:
    counts = _counts(style).sum(axis=0)
    return counts / counts.sum()


@pytest.mark.parametrize("style", STYLES)
def test_every_class_occurs_in_several_of_thirty_images(style):
    assert (_counts(style) > 0).sum(axis=0).min() >= 8


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ["person", "cyclist", "sign", "pole"])
def test_rare_and_thin_classes_are_rare_but_present(style, name):
    assert 0.001 < _ratios(style)[STREETS.names.index(name)] < 0.02


@pytest.mark.parametrize("style", STYLES)
def test_the_street_fills_a_street_picture(style):
    ratios = _ratios(style)
    assert 0.2 < ratios[classes.ROAD] < 0.5
    assert 0.15 < ratios[classes.BUILDING] < 0.45


def test_the_domains_have_different_mixes_of_classes():
    sim, real = _ratios("sim"), _ratios("real")
    assert real[classes.VEGETATION] > 1.3 * sim[classes.VEGETATION]
    assert real[classes.PERSON] > 1.2 * sim[classes.PERSON]
    assert real[classes.BUILDING] < sim[classes.BUILDING]


def test_both_domains_are_drawn_by_one_layout_model(monkeypatch):
    asked = []

    def spy(rng, knobs):
        asked.append(knobs)
        return draw_scene(rng, knobs)

    monkeypatch.setattr(domain, "draw_scene", spy)
    for style in STYLES:
        StreetsDomain(style, size=(64, 128)).read_image("train/000000")
        StreetsDomain(style, size=(64, 128)).read_label("train/000000")
    assert asked == [SIM_LAYOUT, SIM_LAYOUT, REAL_LAYOUT, REAL_LAYOUT]


def test_the_domains_look_different():
    sims, reals = (
        np.array(
            [
                StreetsDomain(style, size=(64, 128)).read_image(key)
                for key in StreetsDomain(style).keys("train")[:12]
            ],
            np.float32,
        )
        for style in STYLES
    )
    # Flat paint has few steps between neighbours; texture and noise many.
    flat = (np.abs(np.diff(sims, axis=2)).max(axis=-1) < 1).mean()
    busy = (np.abs(np.diff(reals, axis=2)).max(axis=-1) < 1).mean()
    assert flat > 3 * busy
    colourful = (sims.max(axis=-1) - sims.min(axis=-1)).mean()
    dull = (reals.max(axis=-1) - reals.min(axis=-1)).mean()
    assert colourful > 1.3 * dull
