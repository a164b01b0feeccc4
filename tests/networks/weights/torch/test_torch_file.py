"""What `read_tensors` reads of honest checkpoints, in both formats."""

import collections

import numpy as np
import pytest
import torch_writer
from torch_writer import Call
from torch_writer import Storage
from torch_writer import float_tensor
from torch_writer import tensor
from torch_writer import write

from tf_advseg.networks.weights.torch.errors import WeightsError
from tf_advseg.networks.weights.torch.torch_file import read_tensors

both_formats = pytest.mark.parametrize(
    "to_bytes", torch_writer.FORMATS.values(), ids=torch_writer.FORMATS
)


@both_formats
def test_a_state_dict_comes_back_by_name(to_bytes, tmp_path):
    weight = np.arange(24).reshape(2, 3, 2, 2)
    state = collections.OrderedDict(
        {"conv.weight": float_tensor("7", weight), "step": 3}
    )
    tensors = read_tensors(write(tmp_path, to_bytes(state)))
    assert list(tensors) == ["conv.weight"]
    assert tensors["conv.weight"].dtype == np.float32
    np.testing.assert_array_equal(tensors["conv.weight"], weight)


@both_formats
@pytest.mark.parametrize(
    ("kind", "on_disk", "expected"),
    [
        ("FloatStorage", "<f4", np.float32),
        ("DoubleStorage", "<f8", np.float64),
        ("HalfStorage", "<f2", np.float16),
        ("LongStorage", "<i8", np.int64),
        ("IntStorage", "<i4", np.int32),
        ("ShortStorage", "<i2", np.int16),
        ("CharStorage", "i1", np.int8),
        ("ByteStorage", "u1", np.uint8),
        ("BoolStorage", "?", np.bool_),
    ],
)
def test_each_number_type_is_read(to_bytes, kind, on_disk, expected, tmp_path):
    numbers = np.array([0, 1, 1, 0, 1], on_disk)
    state = {"x": tensor(Storage("0", kind, numbers), (5,))}
    found = read_tensors(write(tmp_path, to_bytes(state)))["x"]
    assert found.dtype == expected
    np.testing.assert_array_equal(found, numbers)


@both_formats
def test_bfloat16_becomes_float32(to_bytes, tmp_path):
    # 0x3FC0 is the upper half of float32 1.5, 0xC000 that of -2.
    bits = np.array([0x3FC0, 0xC000], "<u2")
    state = {"x": tensor(Storage("0", "BFloat16Storage", bits), (2,))}
    found = read_tensors(write(tmp_path, to_bytes(state)))["x"]
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, [1.5, -2.0])


@both_formats
def test_views_read_their_part_of_a_shared_storage(to_bytes, tmp_path):
    storage = Storage("0", "FloatStorage", np.arange(12, dtype="<f4"))
    state = {
        "rows": tensor(storage, (3, 4)),
        "transposed": tensor(storage, (4, 3), strides=(1, 4)),
        "second_column": tensor(storage, (3,), strides=(4,), offset=1),
        "scalar": tensor(storage, (), offset=11),
        "empty": tensor(storage, (0, 5)),
    }
    found = read_tensors(write(tmp_path, to_bytes(state)))
    grid = np.arange(12).reshape(3, 4)
    np.testing.assert_array_equal(found["rows"], grid)
    np.testing.assert_array_equal(found["transposed"], grid.T)
    np.testing.assert_array_equal(found["second_column"], [1, 5, 9])
    assert found["scalar"] == 11
    assert found["empty"].shape == (0, 5)
    assert np.shares_memory(found["rows"], found["transposed"])
    assert not found["rows"].flags.writeable


def test_an_old_storage_view_starts_inside_its_storage(tmp_path):
    numbers = np.arange(10, dtype="<f4")
    view = Storage("0", "FloatStorage", numbers, view=("0v", 4, 3))
    path = write(tmp_path, torch_writer.stream_bytes({"x": tensor(view, (3,))}))
    np.testing.assert_array_equal(read_tensors(path)["x"], [4, 5, 6])


@both_formats
def test_a_parameter_is_its_tensor(to_bytes, tmp_path):
    parameter = Call(
        "torch._utils",
        "_rebuild_parameter",
        (float_tensor("0", [1, 2]), True, collections.OrderedDict()),
    )
    found = read_tensors(write(tmp_path, to_bytes({"w": parameter})))
    np.testing.assert_array_equal(found["w"], [1, 2])


@both_formats
def test_python_2_wrote_an_ordered_dict_as_a_list_of_pairs(to_bytes, tmp_path):
    pairs = [["a", float_tensor("0", [1])], ["b", float_tensor("1", [2])]]
    state = Call("collections", "OrderedDict", (pairs,))
    found = read_tensors(write(tmp_path, to_bytes(state)))
    assert {name: float(array[0]) for name, array in found.items()} == {
        "a": 1.0,
        "b": 2.0,
    }


@both_formats
@pytest.mark.parametrize("name", ["state_dict", "model"])
def test_a_nested_state_dict_is_found_and_the_rest_dropped(
    to_bytes, name, tmp_path
):
    checkpoint = {
        "epoch": 12,
        "arch": "resnet101",
        "best": 0.5,
        "scheduler": None,
        "loss": float_tensor("8", 0.25),
        name: {"w": float_tensor("0", [1, 2])},
        "optimizer": {"state": {0: {"momentum": float_tensor("9", [3])}}},
    }
    assert list(read_tensors(write(tmp_path, to_bytes(checkpoint)))) == ["w"]


@both_formats
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([1, 2], "holds a list; expected a dictionary of tensors"),
        ({"step": 3}, "no tensors by name; it holds 'step'"),
        ({}, "an empty dictionary"),
    ],
)
def test_a_file_without_a_state_dict_is_refused(
    to_bytes, value, expected, tmp_path
):
    with pytest.raises(WeightsError, match=expected):
        read_tensors(write(tmp_path, to_bytes(value)))


@both_formats
def test_a_file_cut_anywhere_is_refused(to_bytes, tmp_path):
    content = to_bytes({"w": float_tensor("0", np.arange(16))})
    for size in range(0, len(content), 5):
        path = write(tmp_path, content[:size])
        with pytest.raises(WeightsError, match=r"model\.pth"):
            read_tensors(path)


def test_a_missing_file_and_another_kind_of_file_are_named(tmp_path):
    with pytest.raises(WeightsError, match=r"no\.pth' is no file"):
        read_tensors(tmp_path / "no.pth")
    path = write(tmp_path, b"\x89PNG\r\n", "picture.pth")
    with pytest.raises(WeightsError, match=r"picture\.pth.*neither a zip"):
        read_tensors(path)


def test_numbers_of_another_byte_order_are_refused(tmp_path):
    state = {"w": float_tensor("0", [1])}
    content = torch_writer.stream_bytes(state, little_endian=False)
    with pytest.raises(WeightsError, match="not little endian"):
        read_tensors(write(tmp_path, content))
    content = torch_writer.zip_bytes(state).replace(b"little", b"bigger")
    with pytest.raises(WeightsError, match=r"little endian|checksum"):
        read_tensors(write(tmp_path, content))
