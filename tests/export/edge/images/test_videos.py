"""What is asked of OpenCV, by a stand-in for it."""

import sys
import types

import numpy as np
import pytest

from tf_advseg.export.edge.errors import EdgeError
from tf_advseg.export.edge.images.frames import frames_of_video

AUTO, META = 49, 48


class Capture:
    """Two frames, red ones, that lie turned unless they are turned."""

    def __init__(self, meta, can_turn, asked):
        self.meta, self.can_turn, self.asked = meta, can_turn, asked
        self.left, self.turned = 2, False

    def isOpened(self):
        return True

    def set(self, name, value):
        self.asked.append((name, value))
        self.turned = self.can_turn and bool(value)
        return self.can_turn

    def get(self, name):
        return self.meta if name == META else 0.0

    def read(self):
        self.left -= 1
        shape = (4, 2, 3) if self.turned and self.meta % 180 else (2, 4, 3)
        return self.left >= 0, np.full(shape, (0, 0, 255), np.uint8)

    def release(self):
        self.asked.append("released")


@pytest.fixture
def opencv(monkeypatch):
    """Gives a function that puts an OpenCV in place; returns what it hears."""

    def put(version="4.11.0", meta=0.0, can_turn=True, **more):
        asked = []
        module = types.SimpleNamespace(
            __version__=version,
            VideoCapture=lambda where: Capture(meta, can_turn, asked),
            **more,
        )
        monkeypatch.setitem(sys.modules, "cv2", module)
        return asked

    return put


KNOWN = {"CAP_PROP_ORIENTATION_AUTO": AUTO, "CAP_PROP_ORIENTATION_META": META}


def test_frames_of_a_phones_video_are_turned(opencv, capsys):
    asked = opencv(meta=90.0, **KNOWN)
    frames = list(frames_of_video("phone.mp4"))
    assert [frame.image.shape for frame in frames] == [(4, 2, 3)] * 2
    assert frames[0].image[0, 0].tolist() == [255, 0, 0]
    assert asked == [(AUTO, 1), "released"]
    assert capsys.readouterr().err == ""


def test_a_camera_has_no_header(opencv):
    asked = opencv(**KNOWN)
    assert len(list(frames_of_video(0))) == 2
    assert asked == ["released"]


@pytest.mark.parametrize("options", [{}, {**KNOWN, "can_turn": False}])
def test_an_opencv_that_cannot_turn_frames_is_named(opencv, capsys, options):
    opencv(version="4.2.0", **options)
    assert len(list(frames_of_video("phone.mp4"))) == 2
    told = capsys.readouterr().err
    assert told.startswith("note: this OpenCV cannot turn the frames of 'pho")


def test_the_release_that_turns_the_wrong_way_is_refused(opencv):
    asked = opencv(version="4.6.0", meta=270.0, **KNOWN)
    with pytest.raises(EdgeError, match="wrong way round"):
        list(frames_of_video("phone.mp4"))
    assert asked[-1] == "released"
    opencv(version="4.6.0", meta=180.0, **KNOWN)
    assert len(list(frames_of_video("phone.mp4"))) == 2
