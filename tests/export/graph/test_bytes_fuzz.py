"""A thousand broken requests: an error each, and the next is right again."""

import io
import struct

import numpy as np
import pytest
import tensorflow as tf
import toy_segmenter
from PIL import Image

from tf_advseg.export.formats.saved_model import write_saved_model
from tf_advseg.export.gate.measured_run import peak_memory_mb
from tf_advseg.export.graph.serving_module import ServingModule
from tf_advseg.networks.ensemble import Ensemble

NUM_MUTANTS = 1000
MAX_PIXELS = 20_000


def _files():
    rng = np.random.default_rng(0)
    picture = Image.fromarray(rng.integers(0, 256, (20, 30, 3), np.uint8))
    files = []
    for kind, options in (
        ("PNG", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True, "subsampling": 2}),
    ):
        buffer = io.BytesIO()
        picture.save(buffer, kind, **options)
        files.append(buffer.getvalue())
    return files


def _huge(file, rng):
    """Claims other dimensions than the pixels that follow."""
    file = bytearray(file)
    size = int(
        rng.choice([0, 1, 30_000, 65_535, 100_000, 2**31 - 1, 2**32 - 1])
    )
    if file[:4] == b"\x89PNG":
        offset = 16 if rng.random() < 0.5 else 20
        file[offset : offset + 4] = struct.pack(">I", size)
    else:
        frame = file.find(b"\xff\xc0")
        frame = frame if frame >= 0 else file.find(b"\xff\xc2")
        offset = frame + (5 if rng.random() < 0.5 else 7)
        file[offset : offset + 2] = struct.pack(">H", size % 65_536)
    return bytes(file)


def _flipped(file, rng):
    file = bytearray(file)
    for _ in range(int(rng.integers(1, 20))):
        file[int(rng.integers(len(file)))] = int(rng.integers(256))
    return bytes(file)


def _cut(file, rng):
    start, end = sorted(rng.integers(0, len(file), 2))
    return file[:start] + file[end:]


MUTATIONS = (
    _huge,
    _flipped,
    _cut,
    lambda file, rng: file[: int(rng.integers(len(file)))],
    lambda file, rng: bytes(int(rng.integers(0, 2000))),
    lambda file, rng: rng.bytes(int(rng.integers(0, 2000))),
    lambda file, rng: file[:8] + rng.bytes(200),
    lambda file, rng: b"GIF89a" + file,
    lambda file, rng: b"BM" + file,
)


@pytest.mark.slow
def test_a_thousand_mutants_are_answered_and_harm_nothing(tmp_path):
    ensemble = Ensemble([toy_segmenter.colour_segmenter(stride=2)])
    module = ServingModule(ensemble, (16, 16), MAX_PIXELS)
    write_saved_model(module, tmp_path / "model", {})
    served = tf.saved_model.load(str(tmp_path / "model")).signatures
    files = _files()
    expected = [served["encoded"](image_bytes=[f])["classes"] for f in files]
    rng = np.random.default_rng(7)
    memory = peak_memory_mb()
    num_errors = 0
    for index in range(NUM_MUTANTS):
        which = index % len(files)
        mutate = MUTATIONS[int(rng.integers(len(MUTATIONS)))]
        mutant = mutate(files[which], rng)
        try:
            found = served["encoded"](image_bytes=[mutant])["classes"]
        except tf.errors.OpError:
            num_errors += 1
        else:
            # Some changed bytes are other pixels, or dead metadata.
            assert found.dtype == tf.uint8
            assert int(tf.size(found)) <= MAX_PIXELS
        if index % 10 == 0:
            again = served["encoded"](image_bytes=[files[which]])["classes"]
            np.testing.assert_array_equal(again, expected[which])
    assert num_errors > NUM_MUTANTS // 2
    # A claim of 100,000 x 100,000 pixels would be 30 GB.
    assert peak_memory_mb() - memory < 300


@pytest.mark.parametrize("signature", ["encoded", "png"])
@pytest.mark.slow
def test_wrong_types_are_errors(tmp_path, signature):
    ensemble = Ensemble([toy_segmenter.colour_segmenter()])
    module = ServingModule(ensemble, None)
    write_saved_model(module, tmp_path / "model", {})
    served = tf.saved_model.load(str(tmp_path / "model")).signatures
    for wrong in (tf.constant([1.5]), tf.constant([[1, 2]]), tf.constant("")):
        with pytest.raises((tf.errors.OpError, TypeError, ValueError)):
            served[signature](image_bytes=wrong)
