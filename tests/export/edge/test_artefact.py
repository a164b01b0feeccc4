"""What the runner reads from an artefact, and what it refuses."""

import json
import zipfile

import pytest
import toy_artefact

from tf_advseg.export.edge.artefact import read_artefact
from tf_advseg.export.edge.errors import EdgeError
from tf_advseg.export.edge.network import Network
from tf_advseg.export.edge.watching.drift import DriftMonitor


@pytest.fixture
def path(tmp_path):
    return toy_artefact.write_toy_artefact(tmp_path / "toy.tflite")


def test_the_metadata_comes_back(path):
    artefact = read_artefact(path)
    assert artefact.size == (16, 32)
    assert artefact.classes == ("red", "green", "blue")
    assert artefact.palette[0] == (200, 40, 40)
    assert artefact.reference["num_images"] == 1000
    assert artefact.metadata == toy_artefact.toy_metadata((16, 32))


def test_the_metadata_is_stored_without_compression(path):
    stored = json.dumps(toy_artefact.toy_metadata((16, 32))).encode()
    assert stored in path.read_bytes()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(EdgeError, match="does not exist"):
        read_artefact(tmp_path / "none.tflite")


def test_a_bare_or_cut_off_network_is_refused(path):
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(EdgeError, match="copy it again"):
        read_artefact(path)


def test_another_format_is_refused(tmp_path):
    path = toy_artefact.write_toy_artefact(tmp_path / "a.tflite", format=2)
    with pytest.raises(EdgeError, match="format 2"):
        read_artefact(path)


@pytest.mark.parametrize("missing", ["size", "classes", "palette"])
def test_missing_metadata_is_named(tmp_path, missing):
    path = tmp_path / "a.tflite"
    path.write_bytes(toy_artefact.toy_network((16, 32)))
    metadata = toy_artefact.toy_metadata((16, 32))
    del metadata[missing]
    toy_artefact.append_metadata(path, metadata)
    with pytest.raises(EdgeError, match=missing):
        read_artefact(path)


def test_a_size_other_than_the_network_s_is_refused(tmp_path):
    path = tmp_path / "a.tflite"
    path.write_bytes(toy_artefact.toy_network((16, 32)))
    metadata = toy_artefact.toy_metadata((32, 16))
    toy_artefact.append_metadata(path, metadata)
    with pytest.raises(EdgeError, match="expected uint8"):
        Network(read_artefact(path))


def test_a_file_that_is_no_network_is_refused(tmp_path):
    path = tmp_path / "a.tflite"
    path.write_bytes(b"not a flatbuffer at all")
    toy_artefact.append_metadata(path, toy_artefact.toy_metadata((16, 32)))
    with pytest.raises(EdgeError, match="LiteRT cannot load"):
        Network(read_artefact(path))


def _with(tmp_path, text, **options):
    path = tmp_path / "a.tflite"
    path.write_bytes(toy_artefact.toy_network((16, 32)))
    with zipfile.ZipFile(path, "a", **options) as archive:
        archive.writestr("tf_advseg.json", text)
    return path


WRONG = [
    {"size": [32]},
    {"size": "ab"},
    {"size": [0.5, 32]},
    {"size": [10**9, 32]},
    {"classes": 5},
    {"classes": [{}] * 3},
    {"palette": [[10**9, 0, 0]] * 3},
    {"palette": [[1, 2]] * 3},
    {"palette": "red"},
    {"reference": [1]},
]


@pytest.mark.parametrize("changes", WRONG)
def test_metadata_of_other_types_are_refused_by_name(tmp_path, changes):
    metadata = {**toy_artefact.toy_metadata((16, 32)), **changes}
    (key,) = changes
    with pytest.raises(EdgeError, match=rf"a\.tflite' has a '{key}' that"):
        read_artefact(_with(tmp_path, json.dumps(metadata)))


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("[" * 200_000, {}),
        ("[1, 2]", {}),
        ('{"format": 1', {}),
        (b"\xff\xfe", {}),
        ("{}", {"compression": zipfile.ZIP_BZIP2}),
        (bytes(2**24 + 1), {"compression": zipfile.ZIP_DEFLATED}),
    ],
)
def test_metadata_that_cannot_be_read_are_refused(tmp_path, text, options):
    with pytest.raises(EdgeError, match=r"a\.tflite' carries no metadata"):
        read_artefact(_with(tmp_path, text, **options))


@pytest.mark.parametrize(
    "changes",
    [
        {"class_shares": ["a", "b", "c"]},
        {"class_shares": [float("nan")] * 3},
        {"entropy_per_class": [[], [], []]},
        {"num_images": 10**400},
        {"mean_entropy": float("inf")},
        {"image_entropy_histogram": []},
        {"image_entropy_histogram": {"edges": ["a"] * 3, "shares": [1, 2]}},
        {"image_entropy_histogram": {"edges": [0, 1, 2], "shares": [{}, 2]}},
    ],
)
def test_a_reference_of_no_numbers_is_refused(changes):
    reference = toy_artefact.toy_metadata((16, 32))["reference"]
    reference = {**reference, **changes}
    with pytest.raises(EdgeError, match="drift reference"):
        DriftMonitor(toy_artefact.CLASSES, reference, 10, 0.2)
