"""Hostile checkpoints are refused by name, fast, and nothing runs."""

import pickle

import numpy as np
import pytest
import torch_writer
from torch_writer import Call
from torch_writer import Raw
from torch_writer import Storage
from torch_writer import float_tensor
from torch_writer import refusal
from torch_writer import tensor
from torch_writer import write

both_formats = pytest.mark.parametrize(
    "to_bytes", torch_writer.FORMATS.values(), ids=torch_writer.FORMATS
)


@both_formats
@pytest.mark.parametrize(
    ("module", "function"),
    [
        ("os", "system"),
        ("posix", "system"),
        ("builtins", "eval"),
        ("__builtin__", "getattr"),
        ("subprocess", "Popen"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("torch", "load"),
        ("torch._utils", "_rebuild_sparse_tensor"),
        ("torch", "ComplexFloatStorage"),
        ("argparse", "Namespace"),
    ],
)
def test_a_call_is_refused_by_name_and_not_made(
    to_bytes, module, function, tmp_path
):
    trap = tmp_path / "trap"
    call = Call(module, function, (f"touch {trap}",))
    state = {"w": float_tensor("0", [1]), "x": call}
    message = refusal(write(tmp_path, to_bytes(state)))
    assert f"refuses `{module}.{function}`" in message
    assert not trap.exists()


class _Bomb:
    def __init__(self, trap):
        self.trap = trap

    def __reduce__(self):
        return open, (str(self.trap), "w")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_python_s_own_pickles_of_a_call_are_refused(protocol, tmp_path):
    trap = tmp_path / "trap"
    bomb = pickle.dumps({"x": _Bomb(trap)}, protocol)
    for to_bytes in torch_writer.FORMATS.values():
        message = refusal(write(tmp_path, to_bytes({}, pickle=bomb)))
        assert "refuses" in message
        assert "open" in message or protocol == 0
    assert not trap.exists()


@both_formats
@pytest.mark.parametrize(
    "code",
    [
        b"(S'touch trap'\nios\nsystem\n",  # INST
        b"(cos\nsystem\nS'touch trap'\no",  # OBJ
        b"\x82\x01",  # EXT1
        b"Pkey\n",  # PERSID
        b"ccollections\nOrderedDict\n)\x81",  # NEWOBJ
        b"ctorch\nFloatStorage\n)R",  # a type is no function
        b"X\x01\x00\x00\x00a)R",  # nor is text
    ],
)
def test_other_ways_to_call_are_refused(to_bytes, code, tmp_path):
    path = write(tmp_path, to_bytes({"x": Raw(code)}))
    message = refusal(path)
    assert "refuses" in message or "no function" in message


@both_formats
@pytest.mark.parametrize(
    ("shape", "strides", "offset"),
    [
        ((5,), (1,), 0),
        ((4,), (1,), 1),
        ((2,), (4,), 0),
        ((2, 2), (3, 1), 0),
        ((1,), (1,), 4),
        ((2,), (-1,), 1),
        ((-1,), (1,), 0),
        ((4,), (1,), -1),
        ((2**40,), (0,), 0),
        ((2**31, 2**31, 2**31), (0, 0, 0), 0),
        ((0, 2**61, 2**61), (1, 1, 1), 0),
        ((5,), (0,), 0),
        ((2, 2), (1,), 0),
        ((True,), (1,), 0),
        ((2**70,), (1,), 0),
        ((1,) * 40, (1,) * 40, 0),
        ("four", "one", 0),
    ],
)
def test_a_tensor_cannot_reach_outside_of_its_storage(
    to_bytes, shape, strides, offset, tmp_path
):
    storage = Storage("0", "FloatStorage", np.zeros(4, "<f4"))
    state = {"w": tensor(storage, shape, strides, offset)}
    refusal(write(tmp_path, to_bytes(state)))


@both_formats
@pytest.mark.parametrize("total", [3, 5, 2**40, 2**62, 2**80, -1])
def test_a_false_length_of_a_storage_is_refused(to_bytes, total, tmp_path):
    storage = Storage("0", "FloatStorage", np.zeros(4, "<f4"), total=total)
    refusal(write(tmp_path, to_bytes({"w": tensor(storage, (1,))})))


@both_formats
def test_a_storage_has_one_type_and_one_length(to_bytes, tmp_path):
    numbers = np.zeros(4, "<f4")
    state = {
        "a": tensor(Storage("0", "FloatStorage", numbers), (4,)),
        "b": tensor(Storage("0", "IntStorage", numbers), (4,)),
    }
    assert "two types" in refusal(write(tmp_path, to_bytes(state)))


def test_a_view_cannot_leave_its_storage(tmp_path):
    numbers = np.arange(10, dtype="<f4")
    view = Storage("0", "FloatStorage", numbers, view=("0v", 8, 3))
    path = write(tmp_path, torch_writer.stream_bytes({"x": tensor(view, (3,))}))
    assert "elements 8 to 11 of 10" in refusal(path)


def _exponential_tuple():
    """t = (t, t), forty times over, as a key: 2^40 hashes."""
    return b"}" + b"NN\x86" + b"2\x86" * 40 + b"Ns"


def _self_containing():
    return b"}q\x00X\x05\x00\x00\x00modelh\x00s"


@both_formats
@pytest.mark.parametrize(
    "code",
    [
        b"(" * 200_000,
        b"]" * 200_000,
        b"]" + b"\x85" * 200_000,
        _exponential_tuple(),
        _self_containing(),
        b"}" * 3_000_000,
        b"\x8b\xff\xff\xff\x7f",  # an integer of 2 GiB
        b"\x8b" + (40_000).to_bytes(4, "little") + b"\x7f" * 40_000,
        b"X\xff\xff\xff\xff",  # text of 4 GiB
        b"\x8d" + b"\xff" * 8,  # text of 2^64 bytes
        b"L" + b"9" * 100_000 + b"L\n",
        b"h\x07",  # recalls what was never put
        b"r\xff\xff\xff\xff" * 9,  # puts from an empty stack
        b"0000",
        b"ttt",
        b"}(NNNu",
        b"}(NNu",
        b"\x93",
        b"\x95" + b"\xff" * 8,
        b"\x80\x09",
        b"",
        b"\xfe",
    ],
    ids=range(22),
)
def test_a_program_that_runs_away_is_stopped(to_bytes, code, tmp_path):
    pickle_bytes = b"\x80\x02" + code + b"."
    refusal(write(tmp_path, to_bytes({}, pickle=pickle_bytes)))


def test_an_ordered_dict_of_one_list_many_times_is_stopped(tmp_path):
    # An OrderedDict of the same 2,000 pairs, 2,000 times over.
    pairs = b"](" + b"".join(
        b"X\x04\x00\x00\x00" + f"{i:04}".encode() + b"N\x86"
        for i in range(2000)
    )
    each = b"ccollections\nOrderedDict\nh\x00\x85R0"
    code = b"\x80\x02" + pairs + b"eq\x00" + each * 2000 + b"."
    path = write(tmp_path, torch_writer.zip_bytes({}, pickle=code))
    assert "more than 500000 steps" in refusal(path)


@both_formats
def test_a_name_twice_is_refused(to_bytes, tmp_path):
    code = b"\x80\x02}(X\x01\x00\x00\x00aNX\x01\x00\x00\x00aNu."
    message = refusal(write(tmp_path, to_bytes({}, pickle=code)))
    assert "has 'a' twice" in message


def test_bytes_after_the_last_storage_are_refused(tmp_path):
    content = torch_writer.stream_bytes({"w": float_tensor("0", [1])})
    message = refusal(write(tmp_path, content + b"more"))
    assert "4 bytes follow" in message


def test_the_list_of_storages_must_be_the_tensors_own(tmp_path):
    state = {"w": float_tensor("0", [1])}
    content = torch_writer.stream_bytes(state)
    right, wrong = torch_writer.pickled(["0"]), torch_writer.pickled(["1"])
    message = refusal(write(tmp_path, content.replace(right, wrong)))
    assert "list of storages" in message


def test_a_plain_pickle_is_no_checkpoint(tmp_path):
    path = write(tmp_path, pickle.dumps({"w": [1.0]}, 2))
    assert "no PyTorch checkpoint" in refusal(path)
