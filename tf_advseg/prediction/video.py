"""Videos: their frames in, pictures of their frames out.

The frames of `drive.mp4` come out as

    OUT/ids/drive/000000.png ...     (and classes: one picture a frame,
                                      since a video codec would blur ids)
    OUT/overlay/drive.mp4            (and entropy: a video, H.264, each frame
                                      at the time of the input's)

Frames are turned upright as the file's display matrix says: a phone stores
them as its sensor lies.
"""

import contextlib
from collections.abc import Iterator
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.prediction.outputs import PredictionWriter
from tf_advseg.prediction.outputs import drawn
from tf_advseg.prediction.outputs import output_path
from tf_advseg.prediction.stream import Picture
from tf_advseg.prediction.stream import Prediction
from tf_advseg.prediction.stream import prepare

_TICK = Fraction(1, 90_000)

AS_VIDEO = ("overlay", "entropy")
"""The kinds of output that are written as one video."""


def video_library() -> ModuleType:
    """Returns `imageio.v3`.

    Raises:
        ValueError: If it is not installed; says how to install it.
    """
    try:
        import av  # noqa: F401  (the plugin that imageio reads videos with)
        import imageio.v3
    except ImportError as error:
        raise ValueError(
            "Videos need the extra 'video', which is not installed: "
            "pip install 'tf-advseg[video]'. Folders of images work without."
        ) from error
    return imageio.v3


def frame_rate(path: Path) -> float:
    """Returns the mean number of frames a second.

    Raises:
        DataError: If it is no video.
    """
    library = video_library()
    with _clear_errors(path):
        return float(library.immeta(path, plugin="pyav").get("fps") or 25.0)


def count_frames(path: Path) -> int | None:
    """Returns the number of frames, or None if the file does not say."""
    library = video_library()
    with _clear_errors(path):
        facts = library.improps(path, plugin="pyav")
    return facts.n_images or None


def read_frames(
    path: Path,
    name: str,
    size: tuple[int, int] | None,
    times: list[float] | None = None,
) -> Iterator[Picture]:
    """Yields the frames as pictures called `name/000000` and so on.

    Args:
        path: The video.
        name: Of its outputs, without a suffix.
        size: (H, W) of the network's input; None keeps the frames'.
        times: Takes the time of each frame, in seconds from the first.

    Raises:
        DataError: If the file is no video or ends in the middle of a frame.
    """
    video_library()
    import av

    index, first = -1, None
    with _clear_errors(path), av.open(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        rate = float(stream.average_rate or 25)
        for index, frame in enumerate(container.decode(stream)):
            if times is not None:
                time = index / rate if frame.time is None else frame.time
                first = time if first is None else first
                times.append(time - first)
            yield prepare(f"{name}/{index:06d}", _upright(frame), size)
    if index < 0:
        raise DataError(f"The video {str(path)!r} has no frames.")


def _upright(frame: Any) -> np.ndarray:
    """A frame's pixels, uint8 `(H, W, 3)`, as a player shows them.

    The display matrix (a b u, c d v, x y w) sends a pixel (x, y) to
    (a x + c y, b x + d y); the nearest of the eight turns is taken.
    """
    image = frame.to_ndarray(format="rgb24")
    data = frame.side_data.get("DISPLAYMATRIX")
    if data is None:
        return image
    a, b, _, c, d, *_ = np.frombuffer(bytes(data), np.int32).tolist()
    columns, rows = a, d
    if abs(b) > abs(a):
        image = image.transpose(1, 0, 2)
        columns, rows = c, b
    image = image[::-1] if rows < 0 else image
    image = image[:, ::-1] if columns < 0 else image
    return np.ascontiguousarray(image)


@contextlib.contextmanager
def _clear_errors(path):
    if path.is_file() and not path.stat().st_size:
        raise DataError(f"The video {str(path)!r} is empty (0 bytes).")
    try:
        yield
    except DataError:
        raise
    # imageio raises OSError, av a family of its own, IndexError among them.
    except Exception as error:
        raise DataError(
            f"The video {str(path)!r} cannot be read: {error}"
        ) from error


class VideoPredictionWriter:
    """Writes the predictions of one video's frames, in their order.

    A context manager: the videos take their names when it ends well.

    Args:
        out: The folder; subfolders are made.
        name: Of the outputs, without a suffix.
        kinds: Of `places.KINDS`.
        palette: One RGB colour a class.
        fps: Mean number of frames a second.
        times: Of each frame, in seconds, known before it is written; evenly
            spaced by default.
    """

    def __init__(
        self,
        out: Path,
        name: str,
        kinds: Sequence[str],
        palette: Sequence[Sequence[int]],
        fps: float,
        times: Sequence[float] | None = None,
    ):
        pictures_of = [kind for kind in kinds if kind not in AS_VIDEO]
        self._pictures = PredictionWriter(out, pictures_of, palette)
        self._paths = {
            kind: output_path(out, kind, name).with_suffix(".mp4")
            for kind in kinds
            if kind in AS_VIDEO
        }
        self._palette = palette
        self._fps = fps
        self._times = times
        self._index = 0
        self._streams = {}
        self._open = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as opened:
            for kind, path in self._paths.items():
                stream = opened.enter_context(_video_file(path, self._fps))
                self._streams[kind] = stream
            self._open = opened.pop_all()
        return self

    def __exit__(self, *error):
        return self._open.__exit__(*error)

    def write(self, prediction: Prediction) -> None:
        """Writes all kinds of the next frame."""
        self._pictures.write(prediction)
        index, self._index = self._index, self._index + 1
        time = self._times[index] if self._times else index / self._fps
        for kind, stream in self._streams.items():
            picture = drawn(kind, prediction, self._palette).convert("RGB")
            stream.write(_even(np.asarray(picture)), time)


@contextlib.contextmanager
def _video_file(path, fps):
    """An open video; it gets its name only if everything went well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    import av

    with (
        atomic_path(path, durable=False) as temporary,
        av.open(temporary, "w", format="mp4") as container,
    ):
        film = _Film(container, fps)
        yield film
        film.finish()


class _Film:
    """One H.264 stream of frames at times of their own."""

    def __init__(self, container: Any, fps: float):
        self._container = container
        rate = Fraction(fps).limit_denominator(100_000)
        self._stream = container.add_stream("libx264", rate=rate)
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = _TICK
        self._ticks = round(1 / (fps * _TICK))
        self._last = -1

    def write(self, frame: np.ndarray, time: float) -> None:
        import av

        if self._last < 0:
            self._stream.height, self._stream.width = frame.shape[:2]
        picture = av.VideoFrame.from_ndarray(frame, format="rgb24")
        picture.time_base, picture.duration = _TICK, self._ticks
        # A player's clock only runs forward, whatever the input says.
        self._last = picture.pts = max(round(time / _TICK), self._last + 1)
        self._container.mux(self._stream.encode(picture))

    def finish(self) -> None:
        if self._last >= 0:
            self._container.mux(self._stream.encode(None))


def _even(frame: np.ndarray) -> np.ndarray:
    """The frame, a row or column repeated: H.264 needs even sizes."""
    edges = ((0, frame.shape[0] % 2), (0, frame.shape[1] % 2), (0, 0))
    return np.pad(frame, edges, mode="edge")
