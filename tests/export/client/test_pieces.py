"""The pieces of the client that need no server."""

import io
import json

import numpy as np
import pytest
import toy_segmenter
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from PIL import Image

from tf_advseg.base.checks import DataError
from tf_advseg.export import client as remote
from tf_advseg.export.client import answers
from tf_advseg.export.client.encoding import EncodedImage
from tf_advseg.export.client.encoding import encode
from tf_advseg.export.client.encoding import png_bytes
from tf_advseg.prediction import InputFile

MAP = np.array([[0, 1, 2], [2, 1, 0]], np.uint8)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("localhost", "grpc://localhost:8500"),
        ("localhost:9000", "grpc://localhost:9000"),
        ("localhost:8501", "http://localhost:8501"),
        ("grpcs://gpu", "grpcs://gpu:443"),
        ("http://10.0.0.7", "http://10.0.0.7:8501"),
        ("[::1]:8500", "grpc://[::1]:8500"),
    ],
)
def test_addresses_are_read(text, expected):
    assert str(remote.parse_address(text)) == expected


@pytest.mark.parametrize(
    "text",
    ["", ":8500", "a:b", "a:99999", "a:0", "ftp://a", "http://a/v1", "u@a:1"],
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match="Cannot read the server's address"):
        remote.parse_address(text)


def test_waits_double_up_to_the_longest_and_then_it_is_over(monkeypatch):
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    waits, calls = [], []

    def unavailable():
        calls.append(1)
        raise remote.UnavailableError("away")

    retry = remote.retrying(5, 1.0, 6.0, sleep=waits.append)
    with pytest.raises(remote.UnavailableError, match="away"):
        retry(unavailable)
    assert waits == [1, 2, 4, 6, 6]
    assert len(calls) == 6


def test_only_unavailability_is_tried_again():
    def refuse():
        raise remote.ImageRefusedError("broken")

    with pytest.raises(remote.ImageRefusedError):
        remote.retrying(sleep=lambda _: pytest.fail("waited"))(refuse)


def test_the_wait_is_drawn_below_its_bound(monkeypatch):
    monkeypatch.setattr("random.uniform", lambda low, high: 0.25 * high)
    waits = []
    answers = iter([remote.UnavailableError("away"), None])

    def once():
        error = next(answers)
        if error:
            raise error
        return "served"

    retry = remote.retrying(1, 8.0, 100.0, sleep=waits.append)
    assert retry(once) == "served"
    assert waits == [2.0]


def _file(folder, name, **options):
    path = folder / name
    picture = Image.fromarray(toy_segmenter.paint(MAP))
    mode = options.pop("mode", "RGB")
    picture.convert(mode).save(path, **options)
    return InputFile(path, path.stem)


def test_plain_jpegs_and_pngs_are_sent_as_they_are(tmp_path):
    for name in ("a.jpg", "a.png"):
        file = _file(tmp_path, name)
        assert encode(file, False, 10**6).data == file.path.read_bytes()


def test_an_exact_client_sends_the_pixels_it_sees(tmp_path):
    encoded = encode(_file(tmp_path, "a.jpg", quality=30), True, 10**6)
    with Image.open(io.BytesIO(encoded.data)) as picture:
        assert picture.format == "PNG"
        np.testing.assert_array_equal(np.array(picture), encoded.image)


def test_other_formats_modes_and_rotations_become_upright_png(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    files = [
        _file(tmp_path, "a.bmp"),
        _file(tmp_path, "b.webp", lossless=True),
        _file(tmp_path, "c.png", mode="P"),
        _file(tmp_path, "d.png", mode="RGBA"),
        _file(tmp_path, "e.png", exif=exif),
    ]
    for file in files:
        encoded = encode(file, False, 10**6)
        with Image.open(io.BytesIO(encoded.data)) as picture:
            assert (picture.format, picture.mode) == ("PNG", "RGB")
            np.testing.assert_array_equal(np.array(picture), encoded.image)
    assert encoded.image.shape == (3, 2, 3)


def test_an_image_larger_than_a_request_is_refused_before_it_is_sent(
    tmp_path,
):
    with pytest.raises(DataError, match=r"at most 10 are.*--max_request_mb"):
        encode(_file(tmp_path, "a.png"), False, 10)


def _table(tmp_path, content):
    path = tmp_path / "tf_advseg.json"
    path.write_text(
        content if isinstance(content, str) else json.dumps(content)
    )
    return path


def test_names_and_colours_are_read_from_the_file_or_its_folder(tmp_path):
    content = {"classes": ["a", "b"], "palette": [[1, 2, 3], [4, 5, 6]]}
    path = _table(tmp_path, content)
    expected = remote.ClassTable(("a", "b"), ((1, 2, 3), (4, 5, 6)))
    assert remote.read_class_table(path) == expected
    assert remote.read_class_table(tmp_path) == expected


@pytest.mark.parametrize(
    "content",
    [
        "not json",
        "[]",
        {},
        {"classes": [], "palette": []},
        {"classes": ["a"]},
        {"classes": ["a"], "palette": [[1, 2]]},
        {"classes": ["a"], "palette": [[1, 2, 256]]},
        {"classes": ["a"], "palette": [[1, 2, "3"]]},
        {"classes": [1], "palette": [[1, 2, 3]]},
        {"classes": ["a", "b"], "palette": [[1, 2, 3]]},
        {"classes": None, "palette": None},
        {"classes": ["a"], "palette": [[True, 2, 3]]},
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_class_table_is_refused(tmp_path, content):
    with pytest.raises(DataError, match="what class ids mean"):
        remote.read_class_table(_table(tmp_path, content))


SENT = EncodedImage("x", b"", toy_segmenter.paint(MAP))


def _answer(data=None, entropy=0.5):
    data = png_bytes(MAP) if data is None else data
    return {"class_map_png_bytes": data, "mean_entropy": np.float32(entropy)}


def test_an_answer_becomes_a_prediction():
    found, mean = answers.prediction(SENT, _answer(), 3)
    np.testing.assert_array_equal(found.classes, MAP)
    assert (found.name, mean) == ("x", 0.5)


@pytest.mark.parametrize(
    "answer, message",
    [
        (_answer(b""), "no grey PNG"),
        (_answer("text"), "no grey PNG"),
        (_answer(png_bytes(SENT.image)), "its mode is RGB"),
        (_answer(png_bytes(MAP.T)), r"a class map of \(3, 2\)"),
        (_answer(png_bytes(MAP + 1)), "names only 3"),
        (_answer(entropy=np.nan), "mean entropy of nan"),
        (_answer(entropy=-1), "mean entropy of -1"),
        (_answer(png_bytes(np.zeros((9000, 9000), np.uint8))), "no grey PNG"),
        (_answer() | {"mean_entropy": "none"}, "answered with no numbers"),
        (_answer() | {"mean_entropy": [1, 2]}, "answered with no numbers"),
        (_answer() | {"mean_entropy": None}, "answered with no numbers"),
        ({"classes": [[1], [2, 3]], "entropy": []}, "with no numbers"),
        ({"classes": MAP, "entropy": [["a"]]}, "with no numbers"),
        ({"classes": [[10**400]], "entropy": [[1]]}, "with no numbers"),
        (
            {"classes": MAP, "entropy": np.zeros((1, 1))},
            r"entropies of \(1, 1\)",
        ),
        (
            {"classes": MAP / 1.0, "entropy": np.zeros(MAP.shape)},
            "float64 classes",
        ),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(answer, message):
    with pytest.raises(remote.ServerError, match=message):
        answers.prediction(SENT, answer, 3)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_mutated_answer_is_refused_or_a_class_map(data):
    raw = bytearray(png_bytes(MAP))
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(
            st.integers(0, 255)
        )
    raw = raw[: data.draw(st.integers(0, len(raw)))]
    try:
        found, _ = answers.prediction(SENT, _answer(bytes(raw)), None)
    except remote.ServerError:
        return
    assert found.classes.shape == MAP.shape
