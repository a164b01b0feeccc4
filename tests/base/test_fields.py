import dataclasses
import os
import subprocess
import sys

import pytest
from absl import flags

from tf_advseg.base import fields as config
from tf_advseg.base.fields import setting


@dataclasses.dataclass(frozen=True)
class Toy:
    zzz_name: str = setting("a", "A name.")
    zzz_count: int | None = setting(None, "A count.")
    zzz_rate: float = setting(0.5, "A rate.")
    zzz_on: bool = setting(True, "A switch.")


@pytest.fixture
def parsed():
    """Parses a command line into FLAGS; forgets the flags afterwards."""
    known = set(flags.FLAGS)
    config.define_flags(Toy)

    def parse(*arguments):
        flags.FLAGS.unparse_flags()
        flags.FLAGS(["toy", *arguments])

    yield parse
    for name in set(flags.FLAGS) - known:
        delattr(flags.FLAGS, name)


def test_flags_come_from_the_fields(parsed):
    parsed("--zzz_name=b", "--zzz_count=3", "--nozzz_on")
    assert config.settings_from_flags(Toy) == Toy("b", 3, 0.5, False)


def test_a_preset_changes_defaults_and_flags_win(parsed):
    parsed("--zzz_rate=0.25")
    found = config.settings_from_flags(Toy, {"zzz_rate": 9.0, "zzz_count": 7})
    assert (found.zzz_rate, found.zzz_count) == (0.25, 7)


def test_help_text_is_the_fields_own(parsed):
    assert flags.FLAGS["zzz_rate"].help == "A rate."


@pytest.mark.parametrize(
    ("text", "size"), [("128x256", (128, 256)), ("native", None), ("", None)]
)
def test_size_is_read(text, size):
    assert config.parse_size(text) == size


@pytest.mark.parametrize("text", ["128", "0x4", "-1x4", "axb", "1x2x3", "²x2"])
def test_anything_but_a_size_is_named(text):
    with pytest.raises(ValueError, match="expected HEIGHTxWIDTH"):
        config.parse_size(text)


def train_command(*arguments):
    """Runs the command as a user does, with TensorFlow kept quiet."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name != "TF_CPP_MIN_LOG_LEVEL"
    }
    return subprocess.run(
        [sys.executable, "-m", "tf_advseg.train", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


def test_settings_are_read_without_tensorflow():
    """Or every command would begin with its notices, and wait for it."""
    code = (
        "import sys, tf_advseg.settings.train, tf_advseg.settings.report\n"
        "assert 'keras' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == 0


@pytest.mark.slow
def test_command_ends_with_one_sentence_and_status_one():
    done = train_command("--method=advnt")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "Did you mean 'advent'?" in done.stderr


@pytest.mark.slow
def test_help_lists_every_setting():
    done = train_command("--help")
    for name in ("method", "source", "target_weight_scale", "resume", "preset"):
        assert f"--{name}:" in done.stdout or f"]{name}:" in done.stdout
