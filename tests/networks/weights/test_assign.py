"""Arrays by name into Keras variables: all of them, or none."""

import keras
import numpy as np
import pytest

from tf_advseg.networks.weights.assign import Layout
from tf_advseg.networks.weights.assign import Slot
from tf_advseg.networks.weights.assign import arrays_by_name
from tf_advseg.networks.weights.assign import assign
from tf_advseg.networks.weights.torch.errors import WeightsError


def _slots():
    return [
        Slot(
            "conv", keras.Variable(np.zeros((3, 5, 2, 4))), Layout.CONVOLUTION
        ),
        Slot("deep", keras.Variable(np.zeros((3, 5, 4, 1))), Layout.DEPTHWISE),
        Slot("bias", keras.Variable(np.zeros(4))),
    ]


def _arrays():
    rng = np.random.default_rng(0)
    shapes = {"conv": (4, 2, 3, 5), "deep": (4, 1, 3, 5), "bias": (4,)}
    return {
        name: rng.normal(size=shape).astype(np.float32)
        for name, shape in shapes.items()
    }


def test_axes_are_reordered_and_come_back():
    slots, arrays = _slots(), _arrays()
    assign(slots, arrays, "it")
    kernel = np.asarray(slots[0].variable)
    # Output 3, input 1, row 2, column 4.
    assert kernel[2, 4, 1, 3] == arrays["conv"][3, 1, 2, 4]
    assert (
        np.asarray(slots[1].variable)[2, 4, 3, 0]
        == (arrays["deep"][3, 0, 2, 4])
    )
    for name, array in arrays_by_name(slots).items():
        np.testing.assert_array_equal(array, arrays[name])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"bias": None}, "lacks 'bias'"),
        ({"more": np.zeros(2)}, "has the unknown 'more'"),
        ({"bias": np.zeros(5)}, r"'bias' of it has the shape \(5,\)"),
        ({"conv": np.zeros((3, 5, 2, 4))}, r"expected \(4, 2, 3, 5\)"),
        ({"bias": np.zeros(4, np.int32)}, "type int32"),
        ({"bias": np.array([0, 1, np.inf, 2])}, "not finite"),
    ],
)
def test_nothing_is_assigned_if_anything_is_wrong(change, expected):
    slots = _slots()
    arrays = {k: a for k, a in {**_arrays(), **change}.items() if a is not None}
    with pytest.raises(WeightsError, match=expected):
        assign(slots, arrays, "it")
    for slot in slots:
        assert not np.asarray(slot.variable).any()


def test_names_that_are_known_to_be_unused_may_be_there():
    arrays = {**_arrays(), "bn.num_batches_tracked": np.int64(3)}
    arrays["fc.weight"] = np.zeros(7)
    slots = _slots()
    assign(slots, arrays, "it", is_unused=lambda n: n.startswith("fc."))
    assert np.asarray(slots[2].variable).any()


def test_many_names_are_cut_short():
    arrays = {**_arrays(), **{f"extra{i}": np.zeros(1) for i in range(9)}}
    with pytest.raises(WeightsError, match="'extra4' and 4 more"):
        assign(_slots(), arrays, "it")
