"""Broken and hostile images: an error each, and the next image is right."""

import struct
import zlib

import numpy as np
import pytest
import toy_artefact
from PIL import Image

from tf_advseg.export.edge.artefact import read_artefact
from tf_advseg.export.edge.images.files import InputFile
from tf_advseg.export.edge.images.frames import frames_of_files
from tf_advseg.export.edge.images.tiling import predict_whole
from tf_advseg.export.edge.network import Network
from tf_advseg.export.edge.run import Run
from tf_advseg.export.edge.watching.drift import DriftMonitor

SIZE = (16, 32)


@pytest.fixture
def good(tmp_path):
    random = np.random.default_rng(0)
    image = random.integers(0, 256, (20, 40, 3), np.uint8)
    paths = []
    for suffix in ("png", "jpg", "bmp", "webp", "tif"):
        paths.append(tmp_path / f"good.{suffix}")
        Image.fromarray(image).save(paths[-1])
    return paths


def mutated(data, random):
    """Cut off, emptied, overwritten with noise, or of another type."""
    kind = random.integers(5)
    if kind == 0:
        return data[: random.integers(len(data))]
    if kind == 1:
        return b"\0" * random.integers(len(data))
    if kind == 2:
        return random.bytes(random.integers(1, 2000))
    changed = bytearray(data)
    where = random.integers(min(60, len(data)) if kind == 3 else len(data))
    changed[where : where + 8] = random.bytes(8)
    return bytes(changed)


def huge_png():
    """A PNG that promises 100,000 x 100,000 pixels."""

    def chunk(kind, data):
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels


def sixteen_bits(path):
    Image.fromarray(np.zeros((8, 8), np.uint16)).save(path)
    return path


class Recorder:
    """Stands where pictures are written, and keeps the class maps."""

    def __init__(self):
        self.classes = {}

    def write(self, name, image, classes):
        assert classes.shape == image.shape[:2]
        self.classes[name] = classes


def run_over(tmp_path, files, size=SIZE):
    path = toy_artefact.write_toy_artefact(tmp_path / "toy.tflite", size)
    network = Network(read_artefact(path), threads=1)
    recorder = Recorder()
    run = Run(
        lambda image: predict_whole(network.predict, image, size),
        emit=lambda line: None,
        writer=recorder,
    )
    named = [InputFile(file, str(index)) for index, file in enumerate(files)]
    run.process(frames_of_files(named))
    return run, recorder


def test_a_thousand_broken_images_and_every_next_one_is_right(tmp_path, good):
    random = np.random.default_rng(1)
    files = []
    for index in range(1000):
        original = good[index % len(good)]
        broken = tmp_path / f"{index}{original.suffix}"
        broken.write_bytes(mutated(original.read_bytes(), random))
        files += [broken, good[0]]
    run, recorder = run_over(tmp_path, files)
    assert run.num_predicted + run.num_skipped == 2000
    # Noise in the pixels may still be an image; most of it is not.
    assert run.num_skipped > 500
    expected = recorder.classes["1"]
    for index in range(1, 2000, 2):
        np.testing.assert_array_equal(recorder.classes[str(index)], expected)


def test_each_kind_of_bad_file_is_one_sentence(tmp_path, good, capsys):
    bad = {
        "huge.png": huge_png(),
        "empty.png": b"",
        "text.jpg": b"<html>not an image</html>",
        "cut.png": good[0].read_bytes()[:200],
        "zeros.bmp": bytes(500),
    }
    files = [sixteen_bits(tmp_path / "deep.png"), tmp_path / "missing.png"]
    for name, data in bad.items():
        files.append(tmp_path / name)
        files[-1].write_bytes(data)
    run, _ = run_over(tmp_path, [*files, good[0]])
    assert run.num_skipped == len(files) and run.num_predicted == 1
    messages = capsys.readouterr().err.splitlines()
    assert len(messages) == len(files)
    for file, message in zip(files, messages, strict=True):
        assert file.name in message and message.endswith(".")


@pytest.mark.slow
def test_ten_thousand_frames_need_no_more_memory(tmp_path, good):
    resident = []

    class Watch(Recorder):
        def write(self, name, image, classes):
            index = int(name)
            if index % 1000 == 999:
                resident.append(_resident_mib())

    path = toy_artefact.write_toy_artefact(tmp_path / "toy.tflite", SIZE)
    network = Network(read_artefact(path), threads=1)
    reference = read_artefact(path).reference
    monitor = DriftMonitor(toy_artefact.CLASSES, reference, 100, 0.2)
    run = Run(
        lambda image: predict_whole(network.predict, image, SIZE),
        emit=lambda line: None,
        writer=Watch(),
        monitor=monitor,
    )
    files = (InputFile(good[0], str(index)) for index in range(10_000))
    run.process(frames_of_files(files))
    assert run.num_predicted == 10_000
    assert resident[-1] - resident[1] < 4, resident


def _resident_mib():
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096 / 2**20
    except FileNotFoundError:
        pytest.skip("this system has no /proc")
