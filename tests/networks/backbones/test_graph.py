"""A library's network made again, layer by layer."""

import keras
import numpy as np
import pytest
from keras import layers

from tf_advseg.networks.backbones.grafting import graph
from tf_advseg.networks.backbones.grafting import normalisation
from tf_advseg.networks.backbones.grafting.filling import fill
from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.weights.torch.errors import WeightsError


def trunk(width=4):
    """Strides 4 to 32; a branch, a chain, operations that are no layers."""
    image = keras.Input((graph.SIDE, graph.SIDE, 3))
    x = layers.Rescaling(1 / 255)(image)
    x = layers.Conv2D(width, 3, 4, "same", name="stem")(x)
    x = layers.BatchNormalization(scale=False, epsilon=1e-3, name="norm")(x)
    branch = layers.Conv2D(width, 3, padding="same", name="branch")(x)
    x = x + branch
    x = layers.ReLU()(x + 3.0) * 0.5
    chain = [
        layers.Conv2D(width, 2, 2, name="down"),
        layers.LayerNormalization(),
    ]
    x = keras.Sequential(chain, name="chain")(x)
    x = layers.Conv2D(width, 3, 2, "same", name="deep")(x)
    inner = layers.Conv2D(width, 1, 2, name="inner")(x)
    x = inner * layers.MaxPooling2D(2)(x)
    return keras.Model(image, layers.ReLU()(x), name="toy")


def grafted(source):
    images = keras.Input((None, None, 3))
    found = graph.graft(
        source,
        graph.pyramid_of(source),
        images,
        before=layers.Rescaling(1 / 255, name="preprocessing"),
        norm=lambda epsilon, name: BatchNorm(
            "trainable", epsilon=epsilon, name=name
        ),
    )
    return keras.Model(images, found)


def test_it_computes_what_the_network_computes_at_other_sizes_too():
    source = trunk()
    for variable in source.weights:
        shape = variable.shape
        variable.assign(np.random.default_rng(0).uniform(0.1, 0.5, shape))
    model = grafted(source)
    fill(model, graph.weighted_layers(source), "toy")
    image = np.random.default_rng(1).uniform(0, 255, (1, 256, 256, 3))
    wanted = keras.Model(source.input, graph.pyramid_of(source))(image)
    for found, expected in zip(model(image), wanted, strict=True):
        assert np.abs(expected).max() > 0.1
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
    assert [m.shape[1:3] for m in model(image[:, :64, :96])] == [
        (16, 24),
        (8, 12),
        (4, 6),
        (2, 3),
    ]


def test_the_pyramid_ends_each_size_where_no_branch_leads_past():
    names = [t._keras_history.operation.name for t in graph.pyramid_of(trunk())]
    # Not the branch, nor what is inside of the last block.
    assert names[0].startswith("multiply")
    assert names[1:3] == ["chain", "deep"]
    assert names[3].startswith("re_lu")


def test_its_batch_norm_is_this_packages_and_scales_by_one_if_not_at_all():
    source = trunk()
    model = grafted(source)
    fill(model, graph.weighted_layers(source), "toy")
    norm = model.get_layer("norm")
    assert isinstance(norm, BatchNorm)
    assert norm.epsilon == 1e-3
    np.testing.assert_array_equal(norm.gamma, np.ones(4))


def test_names_are_the_same_however_much_was_built_before():
    first, second = (
        [layer.name for layer in grafted(trunk()).layers[1:]] for _ in range(2)
    )
    assert first == second
    assert "branch" in first


def test_weights_of_another_size_are_refused():
    model = grafted(trunk())
    with pytest.raises(WeightsError, match=r"stem/0.*\(3, 3, 3, 5\)"):
        fill(model, graph.weighted_layers(trunk(width=5)), "a wider toy")


def test_a_normalisation_is_found_by_asking():
    """Blue first, as Caffe has it, then halved."""
    found = normalisation.probe(lambda x: (x[..., ::-1] - [1.0, 2.0, 3.0]) / 2)
    assert found == normalisation.Normalisation(
        mean=(1, 2, 3), std=(2, 2, 2), channel_order="bgr"
    )


def test_a_normalisation_that_mixes_colours_is_refused():
    with pytest.raises(ValueError, match="mixes colours"):
        normalisation.probe(lambda x: x + x.mean(axis=-1, keepdims=True))
