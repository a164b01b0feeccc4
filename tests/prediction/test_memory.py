"""However many images there are, few are in memory at a time."""

import gc
import resource
import weakref
from pathlib import Path

import numpy as np
import pytest
import toy_segmenter
from PIL import Image

from tf_advseg import prediction
from tf_advseg.base.progress import Progress
from tf_advseg.networks.ensemble import Ensemble
from tf_advseg.prediction import InputFile
from tf_advseg.prediction import stream

ENSEMBLE = Ensemble([toy_segmenter.colour_segmenter()])


def _predict(files, out, kinds=("ids",), **options):
    def predict(pictures):
        return prediction.predict_pictures(
            ENSEMBLE, pictures, with_entropy="entropy" in kinds
        )

    return prediction.predict_files(
        predict,
        files,
        Path(out),
        kinds=kinds,
        palette=toy_segmenter.CLASSES.palette,
        size=None,
        **options,
    )


class _WatchedPicture(stream.Picture):
    """Knows how many of it are alive, and how many ever were at once."""

    alive = 0
    most = 0

    def __post_init__(self):
        cls = _WatchedPicture
        cls.alive += 1
        cls.most = max(cls.most, cls.alive)
        weakref.finalize(self, _WatchedPicture._forget)

    @staticmethod
    def _forget():
        _WatchedPicture.alive -= 1


def test_500_images_are_held_a_few_at_a_time(tmp_path, monkeypatch):
    image = np.zeros((4, 6, 3), np.uint8)
    monkeypatch.setattr(stream, "read_rgb", lambda path: image)
    monkeypatch.setattr(stream, "Picture", _WatchedPicture)
    files = [InputFile(Path(f"{i}.png"), str(i)) for i in range(500)]
    result = _predict(files, tmp_path)
    assert result.num_predicted == 500
    assert len(list(tmp_path.glob("ids/*.png"))) == 500
    gc.collect()
    assert _WatchedPicture.alive == 0
    assert _WatchedPicture.most <= 10


def _resident_bytes():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


class _MemoryAt(Progress):
    """Notes the memory in use after some numbers of images."""

    def __init__(self, total, counts):
        super().__init__(total)
        self.bytes = {}
        self._counts = counts

    def advance(self):
        super().advance()
        if self.count in self._counts:
            gc.collect()
            self.bytes[self.count] = _resident_bytes()


@pytest.mark.slow
@pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="reads Linux' /proc"
)
def test_10000_images_take_no_more_memory_than_1000(tmp_path):
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (48, 64, 3), np.uint8)
    path = tmp_path / "0.png"
    Image.fromarray(image).save(path)
    files = [InputFile(path, str(index)) for index in range(10_000)]
    memory = _MemoryAt(len(files), (1_000, 10_000))
    _predict(files, tmp_path / "out", ("ids", "overlay"), progress=memory)
    growth = memory.bytes[10_000] - memory.bytes[1_000]
    # 9,000 images and their outputs would be 250 MB.
    assert growth < 20e6
