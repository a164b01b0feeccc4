"""Tiles without seams, and sizes that come back."""

import itertools

import numpy as np
import pytest
import toy_artefact

from tf_advseg.datasets.files import resizing as training
from tf_advseg.export.edge import artefact
from tf_advseg.export.edge import network
from tf_advseg.export.edge.errors import EdgeError
from tf_advseg.export.edge.images import resizing
from tf_advseg.export.edge.images import tiling


def load(tmp_path, size, reach=0):
    path = tmp_path / f"toy_{size[0]}x{size[1]}.tflite"
    toy_artefact.write_toy_artefact(path, size, reach)
    return network.Network(artefact.read_artefact(path), threads=1)


def random_image(height, width, seed=0):
    random = np.random.default_rng(seed)
    return random.integers(0, 256, (height, width, 3), np.uint8)


def test_tiles_agree_with_the_whole_image_to_the_last_pixel(tmp_path):
    # A pixel's class depends on 3 pixels around it; tiles share at least 8.
    image = random_image(50, 75)
    whole = load(tmp_path, (50, 75), reach=3).predict(image).classes
    tiles = load(tmp_path, (16, 32), reach=3)
    classes, pieces = tiling.predict_tiles(tiles.predict, image, (16, 32), 0.5)
    assert len(pieces) > 12
    np.testing.assert_array_equal(classes, whole)


def test_without_overlap_seams_show(tmp_path):
    image = random_image(50, 75)
    whole = load(tmp_path, (50, 75), reach=3).predict(image).classes
    tiles = load(tmp_path, (16, 32), reach=3)
    classes, _ = tiling.predict_tiles(tiles.predict, image, (16, 32), 0)
    assert (classes != whole).any()


@pytest.mark.parametrize("length", [6, 7, 11, 12, 13, 100, 1001])
@pytest.mark.parametrize("overlap", [0, 0.25, 0.9, 0.99])
def test_tiles_cover_every_pixel_once(length, overlap):
    covered = np.zeros(length, int)
    spans = tiling.spans(length, 6, overlap)
    for start, decides in spans:
        covered[decides] += 1
        assert 0 <= start <= decides.start < decides.stop <= start + 6 <= length
    assert (covered == 1).all()
    starts = [start for start, _ in spans]
    shared = [a + 6 - b for a, b in itertools.pairwise(starts)]
    assert all(s >= min(overlap * 6, 5) for s in shared)


def test_an_image_smaller_than_a_tile_is_enlarged_and_comes_back(tmp_path):
    tiles = load(tmp_path, (16, 32))
    image = np.zeros((5, 40, 3), np.uint8)
    image[:, :20, 1] = 255
    image[:, 20:, 2] = 255
    classes, _ = tiling.predict_tiles(tiles.predict, image, (16, 32), 0.25)
    assert classes.shape == (5, 40)
    assert (classes[:, :18] == 1).all() and (classes[:, 22:] == 2).all()


def test_a_whole_image_comes_back_at_its_own_size(tmp_path):
    toy = load(tmp_path, (16, 32))
    image = random_image(33, 47)
    classes, pieces = tiling.predict_whole(toy.predict, image, (16, 32))
    assert classes.shape == (33, 47) and len(pieces) == 1
    # Row 32 of 33 lies in the middle of row (2*32+1)*16 // 66 = 15 of 16.
    assert classes[32, 0] == pieces[0].classes[15, 0]


def test_nearest_reads_the_pixel_under_the_centre():
    assert resizing.nearest(3, 3).tolist() == [0, 1, 2]
    assert resizing.nearest(2, 6).tolist() == [1, 4]
    assert resizing.nearest(5, 2).tolist() == [0, 0, 1, 1, 1]


@pytest.mark.parametrize("size", [(64, 50), (16, 50), (9, 200), (20, 30)])
def test_the_runner_resizes_as_training_does(size):
    image = random_image(*size) // 128 * 255
    expected = training.resize_image(image, (16, 40))
    seen = resizing.resize_image(image, (16, 40))
    np.testing.assert_array_equal(seen, expected)


def test_an_overlap_of_a_whole_tile_is_refused():
    with pytest.raises(EdgeError, match="overlap < 1"):
        tiling.check_overlap(1.0)


def test_the_network_refuses_other_shapes(tmp_path):
    toy = load(tmp_path, (16, 32))
    with pytest.raises(EdgeError, match=r"\(16, 32, 3\)"):
        toy.predict(random_image(16, 31))
    with pytest.raises(EdgeError, match="float64"):
        toy.predict(np.zeros((16, 32, 3)))
