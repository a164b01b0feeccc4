"""Shards: finished once and for all, and equal to `predict`.

The tests with Beam run where it is installed (extra `beam`).
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import toy_segmenter
from PIL import Image

from tf_advseg import prediction
from tf_advseg.base.checks import DataError
from tf_advseg.base.files.atomic_file import remove_leftovers
from tf_advseg.commands import predict as prediction_command
from tf_advseg.prediction import batch
from tf_advseg.prediction.batch import running
from tf_advseg.settings.predict import PredictSettings

KINDS = ("classes", "entropy", "ids", "overlay")


def _write_photos(folder, count, size=(8, 12)):
    rng = np.random.default_rng(0)
    for index in range(count):
        # Uneven names and subfolders, as in life.
        path = folder / f"cam{index % 3}" / f"{index:03d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        image = rng.integers(0, 256, (*size, 3), np.uint8)
        Image.fromarray(image).save(path)
    return folder


@pytest.fixture
def photos(tmp_path):
    return _write_photos(tmp_path / "my photos", 7)


@pytest.fixture
def model(tmp_path):
    return toy_segmenter.save_colour_segmenter(tmp_path / "model.keras")


def _settings(photos, model, out, **options):
    return PredictSettings(
        model=str(model),
        input=str(photos),
        out=str(out),
        **{"save": ",".join(KINDS), **options},
    )


def _prepared(photos, model, out, shard_size=3):
    settings = _settings(photos, model, out)
    task = running.make_task(settings, KINDS)
    files = prediction.find_inputs(str(photos))
    return task, files, batch.make_shards(files, task.key(), shard_size)


def _outputs(out):
    """Every output's bytes by its path."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for kind in KINDS
        for path in (out / kind).rglob("*")
        if path.is_file()
    }


def test_shards_hold_every_image_once(photos, model, tmp_path):
    _, files, shards = _prepared(photos, model, tmp_path / "out")
    assert [len(shard.files) for shard in shards] == [3, 3, 1]
    assert [f for shard in shards for f in shard.files] == files
    assert len({shard.id for shard in shards}) == 3


def test_a_shard_is_another_when_an_image_or_the_model_is(
    photos, model, tmp_path
):
    out = tmp_path / "out"
    ids = [s.id for s in _prepared(photos, model, out)[2]]
    assert ids == [s.id for s in _prepared(photos, model, out)[2]]
    last = sorted(photos.rglob("*.png"))[-1]
    Image.new("RGB", (5, 5)).save(last)
    changed = [s.id for s in _prepared(photos, model, out)[2]]
    assert [a == b for a, b in zip(ids, changed, strict=True)] == [
        True,
        True,
        False,
    ]
    toy_segmenter.save_colour_segmenter(model, factors=(1, 2, 3))
    assert not set(changed) & {s.id for s in _prepared(photos, model, out)[2]}


def test_a_shard_is_finished_by_its_record_and_its_outputs(
    photos, model, tmp_path
):
    out = tmp_path / "out"
    task, _, shards = _prepared(photos, model, out)
    assert batch.finished_result(shards[0], out, KINDS) is None
    result = task.predict(task.load(), shards[0])
    assert (result.num_predicted, result.faults) == (3, {})
    assert batch.finished_result(shards[0], out, KINDS) == result
    assert batch.finished_result(shards[1], out, KINDS) is None
    lost = next((out / "entropy").rglob("*.png"))
    lost.unlink()
    assert batch.finished_result(shards[0], out, KINDS) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"id": "x"}', "3"])
def test_a_record_that_is_damaged_does_not_count(photos, model, tmp_path, text):
    out = tmp_path / "out"
    task, _, shards = _prepared(photos, model, out)
    task.predict(task.load(), shards[0])
    (out / "shards" / f"{shards[0].id}.json").write_text(text)
    assert batch.finished_result(shards[0], out, KINDS) is None


def test_bad_images_become_dead_letters(photos, model, tmp_path):
    out = tmp_path / "out"
    (photos / "cam0/half.png").write_bytes(b"\x89PNG\r\n")
    task, files, shards = _prepared(photos, model, out)
    loaded = task.load()
    merged = batch.merge_results(task.predict(loaded, s) for s in shards)
    assert merged.num_predicted == 7
    path = batch.write_dead_letters(out, files, merged.faults)
    (line,) = path.read_text().splitlines()
    letter = json.loads(line)
    assert letter["name"] == "cam0/half"
    assert letter["path"].endswith("half.png")
    assert "half.png" in letter["reason"]


def test_leftovers_of_a_killed_run_are_removed_and_nothing_else(tmp_path):
    for name in (".5f" + 30 * "0" + ".png", "a.png", ".mine.png", ".hidden"):
        (tmp_path / "ids").mkdir(exist_ok=True)
        (tmp_path / "ids" / name).write_text("")
    assert remove_leftovers(tmp_path, below=True) == 1
    left = sorted(path.name for path in (tmp_path / "ids").iterdir())
    assert left == [".hidden", ".mine.png", "a.png"]


def test_without_beam_the_command_says_how_to_get_it(
    photos, model, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "apache_beam", None)
    name = "tf_advseg.prediction.batch.beam_pipeline"
    monkeypatch.delitem(sys.modules, name, raising=False)
    settings = _settings(photos, model, tmp_path / "out", runner="beam")
    with pytest.raises(ValueError, match=r"tf-advseg\[beam\]"):
        prediction_command.run(settings)


@pytest.mark.parametrize("wrong", [{"runner": "bean"}, {"shard_size": 0}])
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=r"Did you mean 'beam'|--shard_size"):
        PredictSettings(model="x", input="y", **wrong)


# With Beam.


@pytest.fixture
def beam():
    return pytest.importorskip("apache_beam")


def _run(photos, model, out, **options):
    report = []
    settings = _settings(photos, model, out, **options)
    return prediction_command.run(settings, report.append), report


def test_beam_writes_what_predict_writes(beam, photos, model, tmp_path):
    (photos / "cam1/text.jpg").write_bytes(b"hello")
    one, many = tmp_path / "one", tmp_path / "many"
    assert _run(photos, model, one)[0] == 3
    status, report = _run(photos, model, many, runner="beam", shard_size=3)
    assert status == 3
    assert report[0] == f"{photos}: 8 files taken; none left out."
    assert report[1] == "8 images in 3 shards; 0 are finished."
    assert report[2] == f"Predicted 7 images into {many}."
    assert "dead_letters.jsonl" in report[3]
    assert _outputs(one) == _outputs(many)
    assert len(_outputs(many)) == 7 * len(KINDS)
    for name in ("predictions.json", "legend.png"):
        assert (one / name).read_bytes() == (many / name).read_bytes()


def test_beam_does_finished_shards_not_again(beam, photos, model, tmp_path):
    out, options = tmp_path / "out", {"runner": "beam", "shard_size": 3}
    _run(photos, model, out, **options)
    before = {p: p.stat().st_mtime_ns for p in out.rglob("*/*.png")}
    lost = sorted((out / "ids").rglob("*.png"))[-1]
    lost.unlink()
    status, report = _run(photos, model, out, **options)
    assert status == 0
    assert report[0] == f"{photos}: 7 files taken; none left out."
    assert report[1] == "7 images in 3 shards; 2 are finished."
    assert report[2] == f"Predicted 7 images into {out}."
    after = {p: p.stat().st_mtime_ns for p in out.rglob("*/*.png")}
    again = {path for path in before if before[path] != after[path]}
    # The last shard has one image of the seven; PNGs of three kinds.
    assert len(again) == 3


def test_beam_refuses_videos(beam, model, tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"")
    with pytest.raises(DataError, match="is a video"):
        _run(tmp_path / "a.mp4", model, tmp_path / "out", runner="beam")


def _num_records(out):
    """Finished shards; names with a dot are records in the making."""
    return len([p for p in out.glob("shards/*") if p.name[0] != "."])


@pytest.mark.slow
def test_a_killed_run_loses_and_doubles_nothing(beam, model, tmp_path):
    """Sixty images; the process gets SIGKILL twice, half way each time."""
    photos = _write_photos(tmp_path / "photos", 60, size=(96, 128))
    out, whole = tmp_path / "out", tmp_path / "whole"
    command = [sys.executable, "-m", "tf_advseg", "predict", "--runner=beam"]
    command += [f"--model={model}", f"--input={photos}", f"--out={out}"]
    command += ["--shard_size=4", f"--save={','.join(KINDS)}"]
    for records in (3, 8):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 240
        while _num_records(out) < records:
            assert process.poll() is None, "ended before it was killed"
            assert time.monotonic() < deadline
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert 8 <= _num_records(out) < 15
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    finished = int(done.stdout.split("shards; ")[1].split(" ")[0])
    assert finished >= 8
    assert "Predicted 60 images" in done.stdout
    _run(photos, model, whole)
    assert _outputs(out) == _outputs(whole)
    assert _num_records(out) == 15
    assert not list(out.rglob(".*"))


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="forks workers")
def test_beam_s_worker_processes_write_the_same(beam, photos, model, tmp_path):
    one, many = tmp_path / "one", tmp_path / "many"
    options = "--runner=FnApiRunner --direct_num_workers=2 "
    options += "--direct_running_mode=multi_threading"
    _run(photos, model, one)
    status, _ = _run(
        photos, model, many, runner="beam", shard_size=2, beam_options=options
    )
    assert status == 0
    assert _outputs(one) == _outputs(many)
    shutil.rmtree(many)
