"""Where frames come from: image files, a video or camera, or a pipe.

Every source yields `Frame`s in order and holds one at a time. A frame that
cannot be read carries a fault instead of an image, and the next one follows.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ..errors import EdgeError
from .files import InputFile
from .mjpeg import split_jpegs
from .more_pictures import say_left_out
from .reading import read_rgb


@dataclasses.dataclass(frozen=True, eq=False)
class Frame:
    """One image of a source.

    Args:
        name: Of its outputs, without a suffix.
        image: uint8 `(H, W, 3)`, RGB; None if it cannot be read.
        fault: Why it cannot be read, one sentence.
    """

    name: str
    image: np.ndarray | None
    fault: str = ""


def frames_of_files(files: Sequence[InputFile]) -> Iterator[Frame]:
    """Yields image files."""
    for file in files:
        say_left_out(file.path)
        yield _decoded(file.name, file.path, str(file.path))


def frames_of_mjpeg(stream: BinaryIO) -> Iterator[Frame]:
    """Yields the JPEGs that follow each other in a stream."""
    for index, data in enumerate(split_jpegs(stream)):
        name = _numbered(index)
        yield _decoded(name, data, name)


def frames_of_raw(stream: BinaryIO, size: tuple[int, int]) -> Iterator[Frame]:
    """Yields frames of `size` (H, W) that arrive as bare RGB bytes."""
    height, width = size
    wanted = height * width * 3
    index = 0
    while True:
        data = _read_exactly(stream, wanted)
        if not data:
            return
        name = _numbered(index)
        if len(data) < wanted:
            fault = (
                f"The stream ended inside {name!r}: {len(data)} of the "
                f"{wanted} bytes of {width}x{height} RGB."
            )
            yield Frame(name, None, fault)
            return
        image = np.frombuffer(data, np.uint8).reshape(height, width, 3)
        yield Frame(name, image)
        index += 1


def frames_of_video(where: str | int) -> Iterator[Frame]:
    """Yields the frames of a video file, an address or a camera's number.

    Raises:
        EdgeError: If OpenCV is not installed, cannot open it, or turns its
            frames the wrong way.
    """
    cv2 = _opencv()
    capture = cv2.VideoCapture(where)
    if not capture.isOpened():
        kind = "camera" if isinstance(where, int) else "video"
        raise EdgeError(f"OpenCV cannot open the {kind} {where!r}.")
    index = 0
    try:
        if not isinstance(where, int):
            _turn_upright(cv2, capture, where)
        while True:
            there, image = capture.read()
            if not there:
                break
            # OpenCV's order of channels is blue, green, red.
            yield Frame(_numbered(index), image[..., ::-1])
            index += 1
    finally:
        capture.release()
    if index == 0:
        raise EdgeError(f"The video {where!r} has no frame that can be read.")


def _turn_upright(cv2, capture, where: str) -> None:
    """Has OpenCV turn frames as the file's display matrix says.

    It has to be asked: 4.11 does not by itself (opencv/opencv#26795), other
    readers than FFmpeg, and releases before 4.5, cannot; 4.6.0 turns the
    wrong way (opencv/opencv#22088).
    """
    automatic = getattr(cv2, "CAP_PROP_ORIENTATION_AUTO", None)
    if automatic is None or not capture.set(automatic, 1):
        print(
            f"note: this OpenCV cannot turn the frames of {where!r} as its "
            "header says; a phone's video may lie on its side.",
            file=sys.stderr,
        )
    elif cv2.__version__.startswith("4.6.0") and (
        capture.get(cv2.CAP_PROP_ORIENTATION_META) % 180
    ):
        raise EdgeError(
            f"OpenCV {cv2.__version__} turns the frames of {where!r} the "
            "wrong way round; install a newer one."
        )


def _opencv():
    try:
        import cv2  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise EdgeError(
            "Videos and cameras need OpenCV (`python -m pip install "
            "opencv-python-headless`), which is not installed; without it, "
            "pipe frames in: `ffmpeg -i VIDEO -f rawvideo -pix_fmt rgb24 - | "
            "... - --frames rgb24:WIDTHxHEIGHT`."
        ) from error
    return cv2


def _decoded(name: str, source: Path | bytes, shown: str) -> Frame:
    try:
        return Frame(name, read_rgb(source, shown))
    except EdgeError as error:
        return Frame(name, None, str(error))


def _read_exactly(stream, count):
    """As many bytes as asked for; fewer only at the end of the stream."""
    parts = []
    while count > 0:
        part = stream.read(count)
        if not part:
            break
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _numbered(index):
    return f"frame_{index:06d}"
