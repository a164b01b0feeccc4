import keras
import numpy as np
import pixel_world
import pytest
import tensorflow as tf
from toy_domain import ToyDomain
from toy_domains import NumberedDomain

from tf_advseg import methods
from tf_advseg.datasets import SampleOptions
from tf_advseg.datasets import pair
from tf_advseg.datasets.pipeline.styles.source_style import KINDS
from tf_advseg.datasets.pipeline.styles.source_style import SourceStyle
from tf_advseg.training.adversarial_segmenter import AdversarialSegmenter

RANDOM = SampleOptions(crop=(6, 10), flip=True, color_jitter=0.2)


class Guarded(NumberedDomain):
    """Bright images, with labels that nobody may read."""

    def read_image(self, key):
        super().read_image(key)
        return np.full((*self.size, 3), 200 + int(key), np.uint8)

    def read_label(self, key):
        raise AssertionError("A target label was read.")


def batches(count, style, target=None, **options):
    arguments = {
        "source_options": SampleOptions(),
        "target_options": SampleOptions(),
        "batch_size": 2,
        "seed": 7,
        "source_style": style,
        "shows_target": False,
    }
    dataset = pair(
        NumberedDomain(9), target or Guarded(5), **(arguments | options)
    )
    return list(dataset.take(count).as_numpy_iterator())


def images(found):
    return np.concatenate([inputs["source"] for inputs, _ in found])


@pytest.mark.parametrize("kind", KINDS)
def test_every_styled_image_has_the_colour_of_a_target_image(kind):
    found = images(batches(6, SourceStyle(kind, share=1.0)))
    assert set(np.unique(found)) <= {200, 201, 202, 203, 204}
    assert len(np.unique(found)) > 1


@pytest.mark.parametrize("kind", KINDS)
def test_labels_stay_and_target_labels_are_never_read(kind):
    plain = batches(6, None)
    styled = batches(6, SourceStyle(kind, share=1.0))
    for (_, before), (inputs, after) in zip(plain, styled, strict=True):
        np.testing.assert_array_equal(before, after)
        assert set(inputs) == {"source"}


def test_the_share_of_samples_changes_and_the_others_are_untouched():
    plain = images(batches(100, None))
    styled = images(batches(100, SourceStyle("fda", share=0.25)))
    changed = (plain != styled).any(axis=(1, 2, 3))
    # 200 draws at 1/4: mean 50, deviation 6.
    assert 32 <= changed.sum() <= 68
    assert not (images(batches(9, SourceStyle("fda", 0))) != plain[:18]).any()


def test_target_images_in_the_batch_are_those_without_a_style():
    plain = batches(4, None, shows_target=True)
    styled = batches(4, SourceStyle("fda", 1.0), shows_target=True)
    for (before, _), (after, _) in zip(plain, styled, strict=True):
        np.testing.assert_array_equal(before["target"], after["target"])


def test_all_target_images_are_read_if_any_style_is_drawn():
    target = Guarded(5)
    batches(4, SourceStyle("fda", share=0.0), target)
    assert target.images_read == []
    batches(4, SourceStyle("fda", share=1.0), target)
    assert set(target.images_read) == set(target.keys("train"))


@pytest.mark.parametrize("kind", KINDS)
def test_start_gives_the_batches_that_skipping_would(kind):
    options = {
        "source_options": RANDOM,
        "target_options": RANDOM,
        "shows_target": True,
    }
    whole = batches(9, SourceStyle(kind), **options)
    later = batches(4, SourceStyle(kind), start=5, **options)
    for one, other in zip(whole[5:], later, strict=True):
        tf.nest.map_structure(np.testing.assert_array_equal, one, other)


def test_a_style_of_a_target_of_another_size():
    target = Guarded(5, size=(4, 40))
    found = images(batches(2, SourceStyle("fda", share=1.0), target))
    assert found.shape == (4, 8, 16, 3)


def test_a_style_needs_a_target_and_a_known_name():
    with pytest.raises(ValueError, match="source_style needs a target"):
        pair(
            NumberedDomain(),
            None,
            source_options=SampleOptions(),
            batch_size=1,
            seed=0,
            source_style=SourceStyle("fda"),
        )
    with pytest.raises(ValueError, match="Did you mean 'colour_statistics'"):
        SourceStyle("color_statistics")
    with pytest.raises(ValueError, match="share of styled samples"):
        SourceStyle("fda", share=2)


# Reddish and greenish; the target's light is green, and both look green there.
SOURCE_COLOURS = [[150, 100, 100], [100, 150, 100]]
TARGET_COLOURS = [[100, 140, 100], [70, 170, 100]]


def world_accuracy(style):
    """Of a source-only segmenter on the target, which has no labels."""
    rng = np.random.default_rng(0)
    sources, labels = pixel_world.draw(rng, SOURCE_COLOURS, num_images=16)
    targets, truth = pixel_world.draw(rng, TARGET_COLOURS, num_images=16)
    domains = [
        ToyDomain(pixel_world.CLASSES, np.uint8(sources), np.uint8(labels)),
        ToyDomain(pixel_world.CLASSES, np.uint8(targets)),
    ]
    dataset = pair(
        *domains,
        source_split="val",
        target_split="val",
        source_options=SampleOptions(),
        target_options=SampleOptions(),
        batch_size=4,
        seed=0,
        source_style=style,
        shows_target=False,
    )
    model = AdversarialSegmenter(pixel_world.segmenter(), methods.SourceOnly())
    model.compile(optimizer=keras.optimizers.Adam(0.05))
    step = tf.function(model.train_step)
    for batch in dataset.take(100):
        step(batch)
    return pixel_world.accuracy(model.segmenter, targets, truth)


@pytest.mark.slow
def test_without_a_style_other_light_is_another_class():
    assert world_accuracy(None) < 0.6


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_in_the_targets_light_the_classes_are_told_apart(kind):
    assert world_accuracy(SourceStyle(kind, share=1.0)) > 0.98
