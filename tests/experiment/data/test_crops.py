"""A crop that images do not fill is told."""

import pytest
from toy_domains import write_folder

from tf_advseg.experiment import making
from tf_advseg.experiment.data.crops import tell_large_crop
from tf_advseg.settings.train import TrainSettings


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return str(write_folder(tmp_path_factory.mktemp("data") / "photos"))


def told(folder, **settings):
    settings = TrainSettings(
        source=folder, target=folder, **{"crop": ""} | settings
    )
    lines = []
    tell_large_crop(settings, making.make_domains(settings), lines.append)
    return lines


@pytest.mark.parametrize("crop", ["64x64", "32x16", "16x64"])
def test_a_crop_larger_than_the_sized_images_is_told(folder, crop):
    lines = told(folder, source_size="16x32", target_size="64x64", crop=crop)
    assert len(lines) == 1
    assert (
        f"--crop={crop} is larger than images of the source (16x32)"
        in (lines[0])
    )


def test_a_crop_that_fits_is_no_matter(folder):
    assert told(folder, source_size="16x32", target_size="64x64") == []
    sizes = {"source_size": "16x32", "target_size": "16x32"}
    assert told(folder, **sizes, crop="16x32") == []


def test_images_that_keep_their_size_are_looked_at(folder):
    lines = told(folder, source_size="", target_size="", crop="4096x4096")
    assert len(lines) == 2
