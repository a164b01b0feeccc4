"""The edge runner as its users call it."""

import io
import json
import subprocess
import sys
import types

import numpy as np
import pytest
import toy_artefact
from PIL import Image

from tf_advseg.export.edge import bundle
from tf_advseg.export.edge import cli
from tf_advseg.export.edge.images import frames as frames_module

SIZE = (16, 32)


@pytest.fixture
def model(tmp_path):
    return toy_artefact.write_toy_artefact(tmp_path / "toy.tflite", SIZE)


@pytest.fixture
def photos(tmp_path):
    """Three images: left half green, right half blue."""
    folder = tmp_path / "photos"
    for name in ("a.png", "b.jpg", "deeper/c.png"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(green_and_blue(48, 64)).save(path, quality=95)
    return folder


def green_and_blue(height, width):
    image = np.zeros((height, width, 3), np.uint8)
    image[:, : width // 2, 1] = 200
    image[:, width // 2 :, 2] = 200
    return image


def run(capsys, *arguments):
    """Runs the command line; returns its status, lines and messages."""
    status = cli.main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    lines = [json.loads(line) for line in captured.out.splitlines()]
    return status, lines, captured.err


def piped(monkeypatch, data):
    stream = types.SimpleNamespace(buffer=io.BytesIO(data))
    monkeypatch.setattr(sys, "stdin", stream)


def check_green_and_blue(path, size=(48, 64)):
    ids = np.asarray(Image.open(path))
    assert ids.shape == size
    assert (ids[:, : size[1] // 2 - 2] == 1).all()
    assert (ids[:, size[1] // 2 + 2 :] == 2).all()


def test_a_folder_becomes_class_maps_and_overlays(
    capsys, tmp_path, model, photos
):
    out = tmp_path / "out"
    status, lines, _ = run(capsys, model, photos, "--out", out)
    assert status == 0
    for name in ("a", "b", "deeper/c"):
        check_green_and_blue(out / "ids" / f"{name}.png")
    overlay = np.asarray(Image.open(out / "overlay/a.jpg")).astype(int)
    # Half of (0, 200, 0), half of green's (40, 160, 70), up to JPEG.
    assert abs(overlay[20, 10] - (20, 180, 35)).max() <= 4
    classes = json.loads((out / "classes.json").read_text())
    assert classes[2] == {"id": 2, "name": "blue", "colour": [50, 80, 200]}
    summary = lines[-1]
    assert (summary["predicted"], summary["skipped"]) == (3, 0)
    assert summary["milliseconds"]["predict"]["p99"] > 0
    assert not [p for p in out.rglob("*") if p.name.startswith(".")]


def test_one_image_or_a_pattern(capsys, tmp_path, model, photos):
    out = tmp_path / "out"
    assert run(capsys, model, photos / "a.png", "--out", out)[0] == 0
    status, lines, _ = run(capsys, model, f"{photos}/**/*.png", "--out", out)
    assert status == 0 and lines[-1]["predicted"] == 2
    assert (out / "ids/deeper/c.png").is_file()


def test_tiles_and_one_kind_of_picture(capsys, tmp_path, model, photos):
    out = tmp_path / "out"
    options = ("--tile", "--overlap", 0.5, "--save", "ids", "--out", out)
    assert run(capsys, model, photos, *options)[0] == 0
    check_green_and_blue(out / "ids/a.png")
    assert not (out / "overlay").exists()


def test_corrupt_images_are_named_skipped_and_counted(
    capsys, tmp_path, model, photos
):
    (photos / "aa.png").write_bytes((photos / "a.png").read_bytes()[:60])
    (photos / "empty.jpg").touch()
    status, lines, errors = run(capsys, model, photos, "--out", tmp_path / "o")
    assert status == 3
    assert (lines[-1]["predicted"], lines[-1]["skipped"]) == (3, 2)
    assert "aa.png" in errors and "0 bytes" in errors


def test_nothing_but_corrupt_images_is_an_error(capsys, tmp_path, model):
    (tmp_path / "x.png").write_bytes(b"no")
    status, _, errors = run(capsys, model, tmp_path / "x.png")
    assert status == 1 and "none of the 1 frames" in errors


def test_bare_frames_from_a_pipe(capsys, monkeypatch, tmp_path, model):
    frame = green_and_blue(48, 64).tobytes()
    piped(monkeypatch, frame * 3 + frame[:100])
    out = tmp_path / "out"
    format = ("--frames", "rgb24:64x48")
    status, lines, errors = run(capsys, model, "-", *format, "--out", out)
    assert status == 3 and lines[-1]["predicted"] == 3
    assert "100 of the 9216 bytes" in errors
    check_green_and_blue(out / "ids/frame_000002.png")


def test_jpegs_from_a_pipe(capsys, monkeypatch, tmp_path, model, photos):
    piped(monkeypatch, (photos / "b.jpg").read_bytes() * 4)
    out = tmp_path / "out"
    options = ("--frames", "mjpeg", "--limit", 2, "--out", out)
    status, lines, _ = run(capsys, model, "-", *options)
    assert status == 0 and lines[-1]["predicted"] == 2
    check_green_and_blue(out / "ids/frame_000001.png")


class FakeCapture:
    """What OpenCV's VideoCapture does, for two frames."""

    def __init__(self, where):
        self.left = 2 if where in (0, "drive.mp4") else 0

    def isOpened(self):
        return self.left > 0

    def read(self):
        self.left -= 1
        return self.left >= 0, green_and_blue(48, 64)[..., ::-1]

    def release(self):
        pass


@pytest.mark.parametrize("where", ["camera:0", "drive.mp4"])
def test_a_camera_or_video_through_opencv(
    capsys, monkeypatch, tmp_path, model, where
):
    fake = types.SimpleNamespace(VideoCapture=FakeCapture)
    monkeypatch.setattr(frames_module, "_opencv", lambda: fake)
    out = tmp_path / "out"
    status, lines, _ = run(capsys, model, where, "--out", out)
    assert status == 0 and lines[-1]["predicted"] == 2
    check_green_and_blue(out / "ids/frame_000001.png")
    status, _, errors = run(capsys, model, "other.mp4")
    assert status == 1 and "cannot open" in errors


def test_without_opencv_a_video_says_what_to_do(capsys, monkeypatch, model):
    monkeypatch.setitem(sys.modules, "cv2", None)
    status, _, errors = run(capsys, model, "drive.mp4")
    assert status == 1 and "ffmpeg" in errors


@pytest.fixture
def drifted(capsys, tmp_path, model, photos):
    """The options that compare red images with these green and blue."""
    reference = tmp_path / "reference.json"
    options = ("--record-reference", reference, "--drift", "none")
    assert run(capsys, model, photos, *options)[0] == 0
    red = np.zeros((16, 32, 3), np.uint8)
    red[..., 0] = 200
    Image.fromarray(red).save(tmp_path / "red.png")
    compare = ("--reference", reference, "--interval", 1)
    return (model, tmp_path / "red.png", *compare)


def test_drift_raises_an_alarm_and_a_status(capsys, drifted):
    status, lines, _ = run(capsys, *drifted)
    assert status == 0 and lines[-1]["drift_alarms"] == 1
    assert lines[0]["event"] == "drift" and lines[0]["alarm"]
    assert lines[0]["class_shares"]["red"] == 1
    assert run(capsys, *drifted, "--fail-on-drift")[0] == 4
    tolerant = (*drifted, "--fail-on-drift", "--threshold", 100)
    assert run(capsys, *tolerant)[0] == 0


def test_drift_lines_are_added_to_a_file(capsys, tmp_path, drifted):
    for _ in range(2):
        _, lines, _ = run(capsys, *drifted, "--drift", tmp_path / "drift.log")
        assert [line["event"] for line in lines] == ["summary"]
    text = (tmp_path / "drift.log").read_text()
    assert [json.loads(line)["alarm"] for line in text.splitlines()] == [1, 1]


def test_one_line_an_interval(capsys, model, photos):
    _, lines, _ = run(capsys, model, photos, "--interval", 2)
    drift = [line for line in lines if line["event"] == "drift"]
    assert [line["images"] for line in drift] == [2, 1]
    assert [line["frames"] for line in drift] == [2, 3]


def test_images_like_the_recorded_reference_raise_no_alarm(
    capsys, drifted, photos
):
    model, _, *reference = drifted
    _, lines, _ = run(capsys, model, photos, *reference, "--interval", 3)
    assert lines[0]["psi_classes"] == lines[0]["psi_entropy"] == 0
    assert lines[-1]["drift_alarms"] == 0


def test_without_an_input_the_model_says_what_it_is(capsys, model):
    assert cli.main([str(model)]) == 0
    assert json.loads(capsys.readouterr().out)["run_id"] == "toy"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["nowhere"], "does not exist"),
        (["-"], "--frames mjpeg"),
        (["-", "--frames", "rgb24:0x7"], "rgb24:WIDTHxHEIGHT"),
        (["PHOTOS", "--save", "idz"], "idz"),
        (["PHOTOS", "--threads", "0"], "--threads >= 1"),
        (["PHOTOS", "--limit", "0"], "--limit >= 1"),
        (["PHOTOS", "--overlap", "1"], "overlap < 1"),
        (["PHOTOS", "--interval", "0"], "at least 1 frame"),
        (["PHOTOS", "--warm-up", "-1"], "--warm-up >= 0"),
        (["PHOTOS", "--reference", "nowhere"], "cannot be read"),
        (["PHOTOS", "--out", "PHOTOS"], "choose another --out"),
    ],
)
def test_a_wrong_argument_is_one_sentence(
    capsys, model, photos, options, message
):
    options = [option.replace("PHOTOS", str(photos)) for option in options]
    status, lines, errors = run(capsys, model, *options)
    assert status == 1 and not lines
    assert message in errors and errors.count("\n") == 1


def test_outputs_never_replace_inputs(capsys, tmp_path, model, photos):
    out = tmp_path / "out"
    run(capsys, model, photos, "--out", out)
    status, _, errors = run(capsys, model, out / "ids/a.png", "--out", out)
    assert status == 1 and "lies in the folder of the outputs" in errors


def test_two_inputs_of_one_name_are_refused(capsys, model, photos):
    Image.new("RGB", (4, 4)).save(photos / "b.png")
    status, _, errors = run(capsys, model, photos)
    assert status == 1 and "would both be called 'b'" in errors


def test_the_one_file_runs_on_its_own(tmp_path, model, photos):
    file = bundle.write_bundle(tmp_path / "elsewhere.pyz")
    command = [sys.executable, "-I", file, model, photos, "--out", "out"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["predicted"] == 3
    check_green_and_blue(tmp_path / "out/ids/a.png")
    wrong = subprocess.run([sys.executable, file, "--x"], capture_output=True)
    assert wrong.returncode == 1 and wrong.stderr.count(b"\n") == 1
