"""Numbers of the official programs, reproduced.

Every file of `golden/`, in float64 and float32, by the loop that the tests
write out and by the training step of the package.
"""

import golden_runs
import golden_vectors as golden
import pytest

LIMITS = {"float64": 1e-11, "float32": 1e-4}
"""Relative. Float64 measures below 1e-13; the files' own rule is 1e-9."""

FREE_FLOAT32_LIMITS = {
    "loss0": 1e-5,
    "loss1": 1e-4,
    "loss2": 1e-3,
    "final": 1e-3,
    "grad0": 5e-2,
}
"""Of float32 runs that choose the sides of their ReLUs themselves."""


@pytest.mark.parametrize("precision", LIMITS)
@pytest.mark.parametrize("file", golden.FORWARD_FILES)
def test_logits_and_running_statistics_are_the_official_ones(file, precision):
    with golden_runs.precision(precision):
        measured = golden_runs.forward(file)
    expected = golden.load(file)
    assert measured.keys() == expected.keys()
    _assert_close(measured, expected, LIMITS[precision])


@pytest.mark.slow
@pytest.mark.parametrize("file", golden.ITERATION_FILES)
def test_three_iterations_of_the_plain_loop_are_the_official_ones(file):
    with golden_runs.precision("float64"):
        measured = golden_runs.iterations_by_plain_loop(file)
    expected = golden.load(file)
    _assert_complete(measured, expected)
    _assert_close(measured, expected, LIMITS["float64"])


@pytest.mark.slow
@pytest.mark.parametrize("file", golden.ITERATION_FILES)
def test_three_training_steps_are_the_official_ones(file):
    """In both precisions, on float64's side of every ReLU."""
    runs = golden_runs.iterations_with_the_pattern_of_float64(file)
    exact, rounded, pattern = runs
    expected = golden.load(file)
    _assert_complete(exact, expected)
    _assert_close(exact, expected, LIMITS["float64"])
    _assert_complete(rounded, expected)
    _assert_close(rounded, expected, LIMITS["float32"])
    # The sides that float32 would have chosen otherwise: a few in a million,
    # all within its rounding of zero.
    assert len(pattern.flips) < 1e-5 * pattern.count
    assert max(pattern.flips, default=0) < 1e-4


@pytest.mark.slow
@pytest.mark.parametrize("file", golden.ITERATION_FILES)
def test_free_float32_steps_stay_near_the_official_ones(file):
    with golden_runs.precision("float32"):
        measured = golden_runs.iterations_by_train_step(file)
    expected = golden.load(file)
    _assert_complete(measured, expected)
    for kind, limit in FREE_FLOAT32_LIMITS.items():
        _assert_close(_of_kind(measured, kind), expected, limit)


def test_branches_that_are_not_built_never_change_in_adaptsegnet():
    expected = golden.load("iterations_adaptsegnet_multi_official_updates")
    for name in _unbuilt_branches(expected):
        shape = (19,)
        if name.endswith("weight"):
            shape = (19, 2048 if "layer6" in name else 1024, 3, 3)
        drawn = golden.draw(name.removeprefix("final/"), shape)
        # Already in PyTorch's layout, which a summary would change.
        assert drawn.ravel()[:5] == pytest.approx(expected[name][3:8])


def _assert_complete(measured, expected):
    """Everything in the file is measured, but the branches not built."""
    missing = expected.keys() - measured.keys()
    assert missing in (set(), _unbuilt_branches(expected))
    assert measured.keys() <= expected.keys()


def _unbuilt_branches(expected):
    branches = {
        f"final/layer{head}.conv2d_list.{index}.{kind}"
        for head in (5, 6)
        for index in (2, 3)
        for kind in ("weight", "bias")
    }
    assert branches <= expected.keys()
    return branches


def _of_kind(arrays, kind):
    return {k: v for k, v in arrays.items() if k.startswith(kind)}


def _assert_close(measured, expected, limit):
    deviations = golden.deviations(measured, expected)
    # (Not "any > limit": NaN must not pass.)
    assert not {k: d for k, d in deviations.items() if not d <= limit}
