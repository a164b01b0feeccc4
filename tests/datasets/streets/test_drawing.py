"""The parts that draw: camera, raster, light on surfaces, textures."""

import numpy as np
import pytest

from tf_advseg.datasets.streets import classes
from tf_advseg.datasets.streets.chance import count
from tf_advseg.datasets.streets.geometry.scene import Facing
from tf_advseg.datasets.streets.geometry.scene import Material
from tf_advseg.datasets.streets.geometry.scene import Part
from tf_advseg.datasets.streets.geometry.scene import Thing
from tf_advseg.datasets.streets.geometry.scene import assemble
from tf_advseg.datasets.streets.geometry.shapes import floor
from tf_advseg.datasets.streets.geometry.shapes import panel
from tf_advseg.datasets.streets.geometry.view import View
from tf_advseg.datasets.streets.rendering.raster import SAMPLES
from tf_advseg.datasets.streets.rendering.raster import antialias
from tf_advseg.datasets.streets.rendering.raster import label_map
from tf_advseg.datasets.streets.rendering.raster import rasterise
from tf_advseg.datasets.streets.rendering.raster import shadow_map
from tf_advseg.datasets.streets.rendering.surfaces import locate
from tf_advseg.datasets.streets.rendering.textures import SIDE
from tf_advseg.datasets.streets.rendering.textures import Texture
from tf_advseg.datasets.streets.rendering.textures import tiles

LEVEL = View(height=1.5, focal=1.0, horizon=0.5, pan=0.0, roll=0.0)
TILTED = View(height=1.3, focal=1.1, horizon=0.4, pan=0.1, roll=0.05)


def _scene(*parts: Part, casters=()):
    return assemble(LEVEL, [Thing(10.0, parts, casters)], classes.SKY)


def _wall(z=10.0):
    outline = panel(z, -5, 5, -4, 4)
    return Part(outline, classes.BUILDING, Material.FACADE, Facing.FRONT)


def _road():
    outline = floor(-90, 90, 0, 500)
    return Part(outline, classes.ROAD, Material.ASPHALT, Facing.GROUND)


def test_a_point_ahead_is_projected_by_hand():
    # 10 m ahead, 2 m to the right, on the road: u = 2 / 10, v = 1.5 / 10.
    screen = LEVEL.project(np.array([[2.0, 0.0, 10.0]]))
    np.testing.assert_allclose(screen, [[0.2, 0.15]])
    # A picture of 64 x 128: half a width is 64 pixels, the horizon row 32.
    pixels = LEVEL.pixels(np.array([[2.0, 0.0, 10.0]]), (64, 128))
    np.testing.assert_allclose(pixels, [[64 + 12.8, 32 + 9.6]])


def test_rays_undo_the_projection():
    slope_x, slope_y = TILTED.rays((60, 100))
    row, column, z = 41, 73, 17.0
    x, y = slope_x[row, column] * z, 1.3 - slope_y[row, column] * z
    pixel = TILTED.pixels(np.array([[x, y, z]]), (60, 100))
    np.testing.assert_allclose(pixel, [[column + 0.5, row + 0.5]], atol=1e-3)


def test_the_nearer_polygon_hides_the_farther():
    post = Part(
        panel(5.0, -0.5, 0.5, -1, 4),
        classes.POLE,
        Material.METAL,
        Facing.FRONT,
    )
    label = label_map(_scene(_wall(), post), (32, 64))
    assert label[16, 32] == classes.POLE
    assert label[16, 20] == classes.BUILDING
    assert label[0, 0] == classes.SKY


def test_labels_are_crisp_where_the_picture_is_smooth():
    scene = _scene(_wall())
    colours = np.array([[0, 0, 0], [255, 255, 255]], np.uint8)
    picture = antialias(rasterise(scene, (33, 65)), colours)
    assert set(np.unique(label_map(scene, (33, 65)))) == {
        classes.BUILDING,
        classes.SKY,
    }
    assert len(np.unique(picture)) > 2


def test_the_middle_subpixel_decides_the_label():
    subpixels = rasterise(_scene(_wall(), _road()), (32, 64))
    assert subpixels.shape == (32 * SAMPLES, 64 * SAMPLES)
    label = label_map(_scene(_wall(), _road()), (32, 64))
    ids = np.array([classes.SKY, classes.BUILDING, classes.ROAD])
    np.testing.assert_array_equal(label, ids[subpixels[1::3, 1::3]])


def test_distances_come_from_the_planes_of_polygons():
    scene = _scene(_road(), _wall(z=12.0))
    polygons = np.zeros((64, 128), np.int32)
    polygons[40:] = 1
    polygons[20:40] = 2
    distance = locate(scene, polygons).distance
    np.testing.assert_allclose(distance[20:40], 12.0)
    # The middle of row 63 is 31.5 pixels below the horizon: v = 31.5 / 64.
    np.testing.assert_allclose(distance[63], 1.5 / (31.5 / 64), rtol=1e-5)


def test_shadows_fall_away_from_the_sun():
    scene = _scene(_road(), casters=[(0.0, 8.0, 0.3, 8.0, 3.0)])
    shadow = np.asarray(shadow_map(scene, (64, 128), slope=(1.0, 0.0)))
    assert shadow[:, 70:].any()
    assert not shadow[:, :60].any()


@pytest.mark.parametrize("texture", list(Texture))
def test_textures_repeat_without_a_seam_and_stay_in_range(texture):
    tile = tiles()[texture]
    assert tile.shape == (SIDE, SIDE)
    assert np.abs(tile).max() < 2.5
    assert abs(float(tile.mean())) < 0.35
    inner = np.abs(np.diff(tile, axis=0)).max() + 1e-6
    assert np.abs(tile[0] - tile[-1]).max() <= 1.5 * inner


def test_counts_have_the_mean_asked_for():
    rng = np.random.default_rng(0)
    draws = [count(rng, 1.7) for _ in range(4000)]
    assert abs(np.mean(draws) - 1.7) < 0.06
    assert min(draws) == 0
