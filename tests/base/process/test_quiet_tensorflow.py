"""Importing this package, TensorFlow says nothing of its own."""

import os
import subprocess
import sys

import pytest

FAKE = """
import os, sys
os.write(2, b"oneDNN!\\n")
class config:
    @staticmethod
    def list_physical_devices():
        os.write(2, b"no GPU!\\n")
"""
USE = """
import tf_advseg
import os, sys
import tensorflow
import tensorflow
os.write(2, b"after\\n")
loader = tensorflow.__spec__.loader
print(type(loader).__name__, tensorflow.__loader__ is loader)
"""


def run(program, path=None, level=None):
    environment = dict(os.environ)
    environment.pop("TF_CPP_MIN_LOG_LEVEL", None)
    if level is not None:
        environment["TF_CPP_MIN_LOG_LEVEL"] = level
    if path:
        old = environment.get("PYTHONPATH", "")
        environment["PYTHONPATH"] = os.pathsep.join([str(path), old])
    return subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def fake(tmp_path):
    """A TensorFlow that talks as the real one does, at once."""
    (tmp_path / "tensorflow.py").write_text(FAKE)
    return tmp_path


@pytest.mark.parametrize("level", [None, "3"])
def test_tensorflow_is_imported_without_a_word(fake, level):
    done = run(USE, fake, level)
    assert done.stderr == "after\n"
    # It is as if nobody had stood between.
    assert done.stdout == "SourceFileLoader True\n"


def test_who_wants_to_hear_it_does(fake):
    assert run(USE, fake, "0").stderr == "oneDNN!\nafter\n"


def test_an_error_in_it_is_an_error(fake):
    (fake / "tensorflow.py").write_text(FAKE + "raise ImportError('no AVX')")
    done = run(USE, fake)
    assert done.stderr.endswith("ImportError: no AVX\n")
    assert "oneDNN!" not in done.stderr


def test_a_command_s_start_does_not_wait_for_what_keras_would_draw_with(fake):
    (fake / "tensorflow.py").write_text(
        FAKE
        + "for name in ('matplotlib.pyplot', 'sklearn', 'quiet_toy'):\n"
        + "    try:\n"
        + "        __import__(name)\n"
        + "        print(name, 'is there')\n"
        + "    except ImportError:\n"
        + "        print(name, 'is not')\n"
    )
    for name in ("matplotlib", "sklearn", "quiet_toy"):
        (fake / name).mkdir()
        (fake / name / "__init__.py").touch()
    (fake / "matplotlib" / "pyplot.py").touch()
    done = run(
        "from tf_advseg.base.process.quiet_tensorflow import import_quietly\n"
        "import quiet_toy\n"
        "import_quietly()\n"
        "import matplotlib.pyplot, sklearn\n"
        "print('both at last')\n",
        fake,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "matplotlib.pyplot is not",
        "sklearn is not",
        "quiet_toy is there",
        "both at last",
    ]


@pytest.mark.slow
def test_fitting_as_a_library_says_nothing_of_tensorflow_s():
    done = run(
        "import tf_advseg\n"
        "from tf_advseg.networks.segmenter import low_resolution_logits\n"
        "import keras, numpy as np\n"
        "model = keras.Sequential([keras.layers.Conv2D(3, 1)])\n"
        "model.compile('sgd', 'mse')\n"
        "zeros = np.zeros((4, 8, 8, 3), 'float32')\n"
        "model.fit(zeros, zeros, verbose=0)\n"
    )
    assert done.returncode == 0
    assert done.stderr == ""
