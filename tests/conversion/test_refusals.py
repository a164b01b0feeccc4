"""Checkpoints that do not fit: named, and nothing is written."""

import os
import subprocess
import sys

import numpy as np
import official_checkpoints as official
import pytest
import toy_segmenter

from tf_advseg.conversion import from_torch
from tf_advseg.conversion import to_safetensors
from tf_advseg.conversion.network import Options
from tf_advseg.networks import model_file
from tf_advseg.networks.weights.torch.errors import WeightsError


@pytest.fixture(scope="module")
def multi():
    heads = {"layer5": (1024, 13), "layer6": (2048, 13)}
    return official.resnet((1, 1, 1, 1), heads)


def _changed(arrays, change):
    arrays = dict(arrays)
    change(arrays)
    return arrays


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda a: a.pop("layer3.0.bn2.bias"), "lacks 'layer3.0.bn2.bias'"),
        (
            lambda a: a.pop("layer4.0.conv3.weight"),
            "lacks 'layer4.0.conv3.weight'",
        ),
        (
            lambda a: a.update(extra=np.zeros(3, np.float32)),
            "unknown 'extra'",
        ),
        (
            lambda a: a.update({"bn1.weight": np.zeros(63, np.float32)}),
            r"'bn1.weight'.*\(63,\); expected \(64,\)",
        ),
        (
            lambda a: a.update({"bn1.bias": np.full(64, np.nan, np.float32)}),
            "'bn1.bias'.*not finite",
        ),
        (
            lambda a: a.update({"bn1.bias": np.zeros(64, np.int64)}),
            "'bn1.bias'.*int64",
        ),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_written(
    multi, change, expected, tmp_path
):
    source = official.write(tmp_path, _changed(multi, change))
    out = tmp_path / "model.keras"
    with pytest.raises(WeightsError, match=expected):
        from_torch.convert(source, out, Options())
    assert [path.name for path in tmp_path.iterdir()] == ["model.pth"]


def test_a_truncated_checkpoint_leaves_an_old_file_alone(tmp_path):
    source = official.write(tmp_path, official.discriminator(3, True))
    source.write_bytes(source.read_bytes()[:-1000])
    out = tmp_path / "model.keras"
    out.write_text("old")
    with pytest.raises(WeightsError, match=r"model\.pth"):
        from_torch.convert(source, out, Options())
    assert out.read_text() == "old"


def test_an_unknown_checkpoint_shows_its_names(tmp_path):
    arrays = {"encoder.0.weight": np.zeros((2, 2), np.float32)}
    source = official.write(tmp_path, arrays)
    with pytest.raises(WeightsError, match=r"called 'encoder\.0\.weight'"):
        from_torch.convert(source, tmp_path / "model.keras", Options())


@pytest.mark.slow
def test_the_command_converts_and_fails_with_one_sentence(tmp_path):
    # The tests' own log level would keep the command from being quiet.
    hidden = "TF_CPP_MIN_LOG_LEVEL"
    environment = {k: v for k, v in os.environ.items() if k != hidden}
    source = official.write(tmp_path, official.discriminator(3, True))
    out = tmp_path / "model.keras"

    def run():
        return subprocess.run(
            [
                *(sys.executable, "-m", "tf_advseg", "convert"),
                *(str(source), "--out", str(out)),
            ],
            capture_output=True,
            text=True,
            env=environment,
        )

    done = run()
    assert done.returncode == 0, done.stderr
    assert "discriminator" in done.stdout
    out.unlink()
    source.write_bytes(b"cut")
    done = run()
    assert done.returncode == 1
    assert done.stderr.startswith("error: Cannot read the checkpoint")
    assert len(done.stderr.splitlines()) == 1
    assert not out.exists()


def test_a_damaged_keras_file_is_one_sentence(tmp_path):
    path = toy_segmenter.save_colour_segmenter(tmp_path / "m.keras")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"m\.keras'"):
        to_safetensors.export(path, tmp_path / "o.safetensors")
    assert not (tmp_path / "o.safetensors").exists()


@pytest.mark.parametrize(
    "conversion", [5, {}, {"naming": []}, {"naming": {"kind": "segmenter"}}]
)
def test_a_conversion_that_cannot_be_is_one_sentence(tmp_path, conversion):
    path = tmp_path / "m.keras"
    model_file.save_model(
        toy_segmenter.colour_segmenter(), path, {"conversion": conversion}
    )
    with pytest.raises(WeightsError, match=r"m\.keras' says of itself what"):
        to_safetensors.export(path, tmp_path / "o.safetensors")
