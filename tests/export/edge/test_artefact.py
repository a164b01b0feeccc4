"""What the runner reads from an artefact, and what it refuses."""

import json

import pytest
import toy_artefact

from tf_advseg.export.edge.artefact import read_artefact
from tf_advseg.export.edge.errors import EdgeError
from tf_advseg.export.edge.network import Network


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
