"""Videos in, class maps and videos out."""

import struct
import sys
from fractions import Fraction

import numpy as np
import pytest
import toy_segmenter
from PIL import Image
from toy_segmenter import BLUE
from toy_segmenter import GREEN
from toy_segmenter import RED

from tf_advseg.base.checks import DataError
from tf_advseg.commands import predict as prediction_command
from tf_advseg.settings.predict import PredictSettings


@pytest.fixture
def model(tmp_path):
    return toy_segmenter.save_colour_segmenter(tmp_path / "model.keras")


def _settings(path, model, **options):
    return PredictSettings(
        model=str(model),
        input=str(path),
        out=str(path.parent / "out"),
        **options,
    )


def _run(path, model, **options):
    settings = _settings(path, model, **options)
    return prediction_command.run(settings, lambda _: None)


@pytest.fixture
def library():
    pytest.importorskip("av")
    return pytest.importorskip("imageio.v3")


@pytest.fixture
def drive(tmp_path, library):
    """Five frames, 49 x 65 pixels shown of 50 x 66: red, green, blue, ..."""
    path = tmp_path / "a drive.mp4"
    with library.imopen(path, "w", plugin="pyav") as stream:
        stream.init_video_stream("libx264", fps=10, pixel_format="yuv420p")
        for ids in (RED, GREEN, BLUE, RED, GREEN):
            frame = toy_segmenter.paint(np.full((50, 66), ids))
            stream.write_frame(frame)
    return path


def test_every_frame_becomes_a_class_map_in_order(drive, model):
    assert _run(drive, model, save="ids", batch_size=2) == 0
    paths = sorted((drive.parent / "out/ids/a drive").iterdir())
    assert [path.name for path in paths] == [
        f"{index:06d}.png" for index in range(5)
    ]
    found = [np.unique(np.array(Image.open(path))).tolist() for path in paths]
    assert found == [[RED], [GREEN], [BLUE], [RED], [GREEN]]


def test_overlay_and_entropy_become_videos(drive, model, library):
    assert _run(drive, model, save="overlay,entropy") == 0
    for kind in ("overlay", "entropy"):
        path = drive.parent / "out" / kind / "a drive.mp4"
        frames = library.imread(path, plugin="pyav")
        assert frames.shape == (5, 50, 66, 3)
        assert library.immeta(path, plugin="pyav")["fps"] == 10
    # The overlay of red (255, 0, 0) and its class's colour (200, 0, 0).
    frames = library.imread(drive.parent / "out/overlay/a drive.mp4")
    assert np.abs(frames[0].mean((0, 1)) - [228, 0, 0]).max() < 12


def test_odd_sizes_are_made_even(tmp_path, library):
    from tf_advseg.prediction import video

    frame = video._even(np.arange(27, dtype=np.uint8).reshape(3, 3, 3))
    assert frame.shape == (4, 4, 3)
    np.testing.assert_array_equal(frame[3], frame[2])


def test_a_broken_video_says_so_and_leaves_no_output(tmp_path, model, library):
    path = tmp_path / "broken.mp4"
    path.write_bytes(b"no video" * 100)
    with pytest.raises(DataError, match=r"broken.mp4' cannot be read"):
        _run(path, model)
    assert not list(tmp_path.glob("out/*/*"))


def test_an_error_in_the_middle_leaves_no_half_video(drive, model, monkeypatch):
    from tf_advseg.prediction import stream

    real, calls = stream._predict_batch, []

    def fail_later(*arguments):
        calls.append(1)
        if len(calls) > 3:
            raise OSError("No space left on device")
        return real(*arguments)

    monkeypatch.setattr(stream, "_predict_batch", fail_later)
    with pytest.raises(OSError, match="No space left"):
        _run(drive, model, save="overlay")
    assert not list((drive.parent / "out/overlay").iterdir())


def test_without_the_extra_the_message_says_what_to_install(
    tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "imageio", None)
    path = tmp_path / "drive.mp4"
    path.write_bytes(b"")
    with pytest.raises(ValueError, match=r"pip install 'tf-advseg\[video\]'"):
        _run(path, tmp_path / "never loaded.keras")


def test_an_empty_video_is_one_sentence_of_ours(tmp_path, model, library):
    path = tmp_path / "drive.mp4"
    path.write_bytes(b"")
    with pytest.raises(DataError, match=r"drive\.mp4' is empty \(0 bytes\)"):
        _run(path, model)


CORNERS = np.array([[RED, GREEN], [BLUE, BLUE]]).repeat(32, 0).repeat(48, 1)


def _film(path, rotation=0, times=None, num_frames=3):
    """A film of 64 x 96 frames whose header notes a turn."""
    av = pytest.importorskip("av")
    plain = path.with_name("plain.mp4")
    with av.open(plain, "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.height, stream.width = CORNERS.shape
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, 90_000)
        for index in range(num_frames):
            frame = av.VideoFrame.from_ndarray(
                toy_segmenter.paint(CORNERS), format="rgb24"
            )
            time = times[index] if times else index / 10
            frame.pts = round(90_000 * time)
            frame.time_base = Fraction(1, 90_000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    data = bytearray(plain.read_bytes())
    plain.unlink()
    # The matrix of the film's track, after its header's 40 bytes.
    place = data.index(b"tkhd") + 44
    one = 1 << 16
    a, b, c, d = {
        0: (one, 0, 0, one),
        90: (0, one, -one, 0),
        180: (-one, 0, 0, -one),
        270: (0, -one, one, 0),
        "mirrored": (-one, 0, 0, one),
    }[rotation]
    matrix = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    data[place : place + 36] = matrix
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("rotation", "turn"),
    [
        (0, lambda m: m),
        (90, lambda m: np.rot90(m, -1)),
        (180, lambda m: np.rot90(m, 2)),
        (270, lambda m: np.rot90(m)),
        ("mirrored", lambda m: m[:, ::-1]),
    ],
)
def test_frames_are_upright_as_players_show_them(
    tmp_path, model, library, rotation, turn
):
    path = _film(tmp_path / "phone.mp4", rotation)
    assert _run(path, model, save="ids,overlay") == 0
    expected = turn(CORNERS)
    found = np.array(Image.open(tmp_path / "out/ids/phone/000001.png"))
    assert found.shape == expected.shape
    assert (found == expected).mean() > 0.97
    shown = library.imread(tmp_path / "out/overlay/phone.mp4", plugin="pyav")
    assert shown.shape[1:3] == expected.shape


def test_a_film_of_variable_rate_keeps_its_times(tmp_path, model, library):
    import av

    times = [0.0, 0.1, 0.5, 0.6, 1.6]
    path = _film(tmp_path / "drive.mp4", times=times, num_frames=5)
    assert _run(path, model, save="overlay") == 0
    with av.open(tmp_path / "out/overlay/drive.mp4") as container:
        found = [float(frame.time) for frame in container.decode(video=0)]
    assert found == pytest.approx(times, abs=0.002)
