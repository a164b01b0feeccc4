"""Damaged checkpoints of both formats: an answer or a WeightsError."""

import collections
import random
import time

import numpy as np
import pytest
import torch_writer
from torch_writer import Storage
from torch_writer import float_tensor
from torch_writer import tensor
from torch_writer import write

from tf_advseg.networks.weights.torch.errors import WeightsError
from tf_advseg.networks.weights.torch.torch_file import read_tensors

SECONDS_EACH = 2.0


def _checkpoint():
    shared = Storage("2", "DoubleStorage", np.arange(6, dtype="<f8"))
    weights = collections.OrderedDict(
        {
            "conv.weight": float_tensor("0", np.ones((2, 3, 1, 1))),
            "bn.count": tensor(
                Storage("1", "LongStorage", np.array([5], "<i8")), ()
            ),
            "first": tensor(shared, (2, 3)),
            "second": tensor(shared, (3, 2), strides=(1, 3)),
        }
    )
    return {"state_dict": weights, "epoch": 3, "name": "toy", "lr": 0.1}


def _mutate(content, random_state):
    """One to four edits: a byte, a run, a cut, a copy, a swelled number."""
    content = bytearray(content)
    for _ in range(random_state.randint(1, 4)):
        at = random_state.randrange(len(content))
        edit = random_state.randrange(6)
        if edit == 0:
            content[at] = random_state.randrange(256)
        elif edit == 1:
            content[at] ^= 1 << random_state.randrange(8)
        elif edit == 2:
            del content[at : at + random_state.randint(1, 8)]
        elif edit == 3:
            end = at + random_state.randint(1, 16)
            to = random_state.randrange(len(content))
            content[to:to] = content[at:end]
        elif edit == 4:
            content[at : at + 4] = b"\xff\xff\xff\x7f"
        else:
            del content[at:]
        content = content or bytearray(b"\x80")
    return bytes(content)


def _fuzz(folder, seed, count):
    """Returns how many of the mutated files were refused."""
    random_state = random.Random(seed)
    originals = [f(_checkpoint()) for f in torch_writer.FORMATS.values()]
    refused = 0
    for number in range(count):
        content = _mutate(originals[number % 2], random_state)
        path = write(folder, content)
        start = time.process_time()
        try:
            tensors = read_tensors(path)
            assert sum(array.nbytes for array in tensors.values()) < 10_000
        except WeightsError as error:
            assert len(str(error)) < 2000
            refused += 1
        assert time.process_time() - start < SECONDS_EACH
    return refused


def test_the_unchanged_files_are_read(tmp_path):
    for to_bytes in torch_writer.FORMATS.values():
        tensors = read_tensors(write(tmp_path, to_bytes(_checkpoint())))
        assert len(tensors) == 4


def test_a_hundred_damaged_files_neither_crash_nor_hang(tmp_path):
    assert _fuzz(tmp_path, seed=1, count=100) > 50


@pytest.mark.slow
def test_a_thousand_damaged_files_neither_crash_nor_hang(tmp_path):
    assert _fuzz(tmp_path, seed=2, count=1000) > 500
