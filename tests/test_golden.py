"""Numbers of the official programs, reproduced.

Every file of `golden/`, in float64 and float32, by the loop that the tests
write out and by the training step of the package.
"""

import golden_runs
import golden_vectors as golden
import pytest

LIMITS = {"float64": 1e-11, "float32": 1e-4}
"""Relative. Float64 measures below 1e-13; the files' own rule is 1e-9."""

FLOAT32_LIMITS = {
    "loss0": 1e-5,
    # A feature within rounding of zero may fall on either side of its ReLU,
    # and its gradient comes or goes as a whole.
    "grad0": 5e-2,
    # Adam divides each gradient by its own size: where that is rounding
    # noise, its first steps go either way, and the losses after them differ.
    "loss1": 1e-4,
    "loss2": 1e-3,
    "final": 1e-3,
}


@pytest.mark.parametrize("precision", LIMITS)
@pytest.mark.parametrize("file", golden.FORWARD_FILES)
def test_logits_and_running_statistics_are_the_official_ones(file, precision):
    with golden_runs.precision(precision):
        measured = golden_runs.forward(file)
    expected = golden.load(file)
    assert measured.keys() == expected.keys()
    _assert_close(measured, expected, LIMITS[precision])


@pytest.mark.slow
@pytest.mark.parametrize("by", golden_runs.RUNS)
@pytest.mark.parametrize("file", golden.ITERATION_FILES)
def test_three_iterations_are_the_official_ones_in_float64(file, by):
    with golden_runs.precision("float64"):
        measured = golden_runs.RUNS[by](file)
    expected = golden.load(file)
    _assert_complete(measured, expected)
    _assert_close(measured, expected, LIMITS["float64"])


@pytest.mark.slow
@pytest.mark.parametrize("file", golden.ITERATION_FILES)
def test_three_iterations_are_close_to_the_official_ones_in_float32(file):
    with golden_runs.precision("float32"):
        measured = golden_runs.iterations_by_train_step(file)
    expected = golden.load(file)
    _assert_complete(measured, expected)
    for kind, limit in FLOAT32_LIMITS.items():
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
