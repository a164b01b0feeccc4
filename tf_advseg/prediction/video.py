"""Videos: their frames in, pictures of their frames out.

The frames of `drive.mp4` come out as

    OUT/ids/drive/000000.png ...     (and classes: one picture a frame,
                                      since a video codec would blur ids)
    OUT/overlay/drive.mp4            (and entropy: a video, H.264, at the
                                      mean frame rate of the input)
"""

import contextlib
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import numpy as np

from tf_advseg.base.checks import DataError
from tf_advseg.base.files.atomic_file import atomic_path
from tf_advseg.prediction.outputs import PredictionWriter
from tf_advseg.prediction.outputs import drawn
from tf_advseg.prediction.outputs import output_path
from tf_advseg.prediction.stream import Picture
from tf_advseg.prediction.stream import Prediction
from tf_advseg.prediction.stream import prepare

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
    path: Path, name: str, size: tuple[int, int] | None
) -> Iterator[Picture]:
    """Yields the frames as pictures called `name/000000` and so on.

    Args:
        path: The video.
        name: Of its outputs, without a suffix.
        size: (H, W) of the network's input; None keeps the frames'.

    Raises:
        DataError: If the file is no video or ends in the middle of a frame.
    """
    library = video_library()
    index = -1
    with _clear_errors(path):
        frames = library.imiter(path, plugin="pyav")
        for index, frame in enumerate(frames):
            yield prepare(f"{name}/{index:06d}", frame, size)
    if index < 0:
        raise DataError(f"The video {str(path)!r} has no frames.")


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
        fps: Frames a second.
    """

    def __init__(
        self,
        out: Path,
        name: str,
        kinds: Sequence[str],
        palette: Sequence[Sequence[int]],
        fps: float,
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
        for kind, stream in self._streams.items():
            picture = drawn(kind, prediction, self._palette).convert("RGB")
            stream.write_frame(_even(np.asarray(picture)))


@contextlib.contextmanager
def _video_file(path, fps):
    """An open video; it gets its name only if everything went well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    library = video_library()
    with (
        atomic_path(path, durable=False) as temporary,
        library.imopen(temporary, "w", plugin="pyav") as stream,
    ):
        stream.init_video_stream("libx264", fps=fps, pixel_format="yuv420p")
        yield stream


def _even(frame: np.ndarray) -> np.ndarray:
    """The frame, a row or column repeated: H.264 needs even sizes."""
    height, width = frame.shape[:2]
    edges = ((0, height % 2), (0, width % 2), (0, 0))
    return np.pad(frame, edges, mode="edge")
