"""Two replicas equal one with the same global batch."""

import pytest
from replica_weights import WEIGHTS
from replica_weights import largest_difference
from replica_weights import weights_after_training


@pytest.mark.slow
@pytest.mark.parametrize(
    "method",
    [
        "advent" + WEIGHTS,
        "adaptsegnet" + WEIGHTS,
        "dacs(threshold=0.4)",
        "self_training",
        "mic(threshold=0.4, mask_block=8)",
        "intrada" + WEIGHTS,
        "distil(temperature=2, hard=0.3)",
    ],
)
def test_two_replicas_equal_one(method, tmp_path):
    """Frozen batch norm, and labelled pixels counted over both replicas.

    The halves of the batch have very different numbers of labelled pixels:
    averaging each replica's own mean would miss by far more.
    """
    one = weights_after_training(1, method, tmp_path)
    two = weights_after_training(2, method, tmp_path)
    assert largest_difference(one, two) < 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("method", ["advent" + WEIGHTS, "self_training"])
def test_replicas_of_a_pyramid_equal_one(method, tmp_path):
    """Group norm sees single images, however many replicas there are."""
    decoder = "fpn(channels=8, dropout=0)"
    one = weights_after_training(1, method, tmp_path, decoder=decoder)
    two = weights_after_training(2, method, tmp_path, decoder=decoder)
    assert largest_difference(one, two) < 1e-6


@pytest.mark.slow
def test_replicas_see_the_same_window_as_one(tmp_path):
    method = "mic(threshold=0.35, mask_block=8)"
    options = {"decoder": "fpn(channels=8, dropout=0)", "two_scales": True}
    one = weights_after_training(1, method, tmp_path, **options)
    two = weights_after_training(2, method, tmp_path, **options)
    assert largest_difference(one, two) < 1e-6


@pytest.mark.slow
def test_replicas_keep_features_near_imagenet_s_as_one_does(tmp_path):
    """They have other numbers of cells of things."""
    options = {"decoder": "fpn(channels=8, dropout=0)", "anchored": True}
    method = "self_training(feature_distance={})"
    one = weights_after_training(1, method.format(0.5), tmp_path, **options)
    two = weights_after_training(2, method.format(0.5), tmp_path, **options)
    less = weights_after_training(1, method.format(0.1), tmp_path, **options)
    assert largest_difference(one, two) < 1e-6
    assert largest_difference(one, less) > 1e-3


@pytest.mark.slow
def test_replicas_may_drop_out(tmp_path):
    """The same each time, and something else than without."""
    method = "advent" + WEIGHTS
    runs = [
        weights_after_training(
            2,
            method,
            tmp_path,
            decoder=f"fpn(channels=8, dropout={rate})",
        )
        for rate in (0.5, 0.5, 0.25)
    ]
    assert largest_difference(*runs[:2]) == 0
    assert largest_difference(runs[0], runs[2]) > 1e-4


@pytest.mark.slow
def test_replicas_are_clipped_by_the_length_of_the_whole_gradient(tmp_path):
    """Their own gradients are as different as their labels are many."""
    method = "advent" + WEIGHTS
    free = weights_after_training(1, method, tmp_path)
    one = weights_after_training(1, method, tmp_path, clip_norm=0.02)
    two = weights_after_training(2, method, tmp_path, clip_norm=0.02)
    assert largest_difference(one, two) < 1e-6
    assert largest_difference(one, free) > 1e-3


@pytest.mark.slow
def test_replicas_weigh_classes_as_one_does(tmp_path):
    """They have other shares of the classes, and so of the weights."""
    method = "source_only(class_weights=(0.2, 1, 3))"
    one = weights_after_training(1, method, tmp_path)
    two = weights_after_training(2, method, tmp_path)
    assert largest_difference(one, two) < 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("method", ["advent" + WEIGHTS, "dacs(threshold=0.4)"])
def test_frugal_replicas_equal_one_that_is_not(method, tmp_path):
    """Parts of batches, recomputed activations and long loops at once."""
    one = weights_after_training(1, method, tmp_path)
    two = weights_after_training(
        2, method, tmp_path, accumulate=2, remat=True, steps_per_loop=4
    )
    assert largest_difference(one, two) < 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("method", ["advent" + WEIGHTS, "adabn"])
def test_statistics_of_the_target_alone_on_two_replicas(method, tmp_path):
    """In a graph, recomputed: the source's passes leave no trace there."""
    options = {"batch_norm": "per_domain", "remat": True}
    one = weights_after_training(1, method, tmp_path, **options)
    two = weights_after_training(2, method, tmp_path, **options)
    assert largest_difference(one, two) < 2e-6


@pytest.mark.slow
def test_replicas_adapt_late_at_the_logits_with_spectral_norms(tmp_path):
    options = {
        "judge_at": "logits",
        "spectral": True,
        "target_delay": 1,
        "target_warmup": 2,
    }
    method = "advent" + WEIGHTS
    one = weights_after_training(1, method, tmp_path, **options)
    two = weights_after_training(2, method, tmp_path, **options)
    assert largest_difference(one, two) < 2e-6


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_half_precision_on_two_replicas_is_near_float32(precision, tmp_path):
    method = "advent" + WEIGHTS
    one = weights_after_training(1, method, tmp_path)
    two = weights_after_training(2, method, tmp_path, precision=precision)
    assert 0 < largest_difference(one, two) < 0.01
