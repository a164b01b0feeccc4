"""A published version as a server meets it: without this package.

The real TensorFlow Serving runs in the last tests, where the environment
variable TF_SERVING_BIN names its binary or Docker can start containers;
elsewhere they are skipped.
"""

import contextlib
import io
import os
import random
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from toy_saved_model import write_toy_saved_model
from toy_segmenter import paint

from tf_advseg.base.checks import DataError
from tf_advseg.commands import client as client_command
from tf_advseg.commands import publish as publish_command
from tf_advseg.export import client
from tf_advseg.export import serving
from tf_advseg.export.serving import compose
from tf_advseg.export.serving import signatures
from tf_advseg.settings.client import ClientSettings
from tf_advseg.settings.publish import PublishSettings

pytest.importorskip("tensorflow_serving")

from protocol_server import ProtocolServer

OUTPUTS = signatures.SIGNATURES[signatures.PNG_SIGNATURE][1]
MAP = [[0, 0, 1], [2, 2, 1]]
FRESH = """
import sys
import numpy as np
import tensorflow as tf

# The C++ loader and a session, as the server uses them: no Python objects.
with tf.compat.v1.Session(graph=tf.Graph()) as session:
    meta = tf.compat.v1.saved_model.load(session, ["serve"], sys.argv[1])
    def ask(name, **inputs):
        signature = meta.signature_def[name]
        feeds = {signature.inputs[k].name: v for k, v in inputs.items()}
        fetches = {k: v.name for k, v in signature.outputs.items()}
        return session.run(fetches, feeds)
    data = open(sys.argv[2], "rb").read()
    found = ask("serving_default", image_bytes=[data, data])["classes"]
    assert found.shape == (2, 2, 3) and found.dtype == np.uint8
    print(found[1].tolist())
    png = ask("png", image_bytes=[data])
    assert png["class_map_png_bytes"][0].startswith(b"\\x89PNG")
    assert png["mean_entropy"].shape == (1,)
    pixels = np.full((1, 5, 4, 3), (9, 200, 9), np.uint8)
    assert (ask("uint8", image=pixels)["classes"] == 1).all()
    scores = ask("scores", image=pixels)
    assert scores["probabilities"].shape == (1, 5, 4, 3)
    assert scores["entropy"].shape == (1, 5, 4)
    for bad in (b"", b"hello", data[:-20]):
        try:
            ask("serving_default", image_bytes=[bad])
        except tf.errors.InvalidArgumentError:
            continue
        raise AssertionError(bad)
    again = ask("serving_default", image_bytes=[data])["classes"]
    assert (again[0] == found[0]).all()
assert not [name for name in sys.modules if name.startswith("tf_advseg")]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("serving")
    saved_model = write_toy_saved_model(root / "saved")
    serving.publish(saved_model, root / "out")
    (root / "photos").mkdir()
    Image.fromarray(paint(MAP)).save(root / "photos/a.png")
    return root


@pytest.mark.slow
def test_a_fresh_process_without_this_package_serves_the_version(folder):
    """The C++ loader alone knows the signatures; bad bytes are its errors."""
    version = folder / "out/models/tf_advseg/1"
    command = [sys.executable, "-c", FRESH, str(version)]
    command.append(str(folder / "photos/a.png"))
    # From an empty folder, so that the package is not found by chance.
    empty = folder / "empty"
    empty.mkdir()
    done = subprocess.run(command, cwd=empty, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == str(MAP)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_thousand_mutated_images_are_answered_and_the_next_is_right(
    folder, kind
):
    """Cut, changed, zeroed: an error or a class map each, over the wire."""
    chance = random.Random(kind)
    whole = _encoded(kind)
    server = ProtocolServer(folder / "out/models/tf_advseg/1")
    address = client.parse_address(f"127.0.0.1:{server.grpc_port}")
    refused = 0
    with contextlib.closing(client.connect(address, "tf_advseg")) as service:
        right = service.predict("png", whole, OUTPUTS)["class_map_png_bytes"]
        for _ in range(500):
            try:
                service.predict("png", _mutated(whole, chance), OUTPUTS)
            except client.ImageRefusedError:
                refused += 1
        again = service.predict("png", whole, OUTPUTS)["class_map_png_bytes"]
    server.stop()
    assert again == right
    assert refused > 100


def _encoded(kind):
    pixels = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind)
    return stream.getvalue()


def _mutated(data, chance):
    """The bytes cut short, zeroed, or with a few of them changed."""
    changed = bytearray(data)
    way = chance.randrange(3)
    if way == 0:
        return bytes(changed[: chance.randrange(len(changed))])
    if way == 1:
        start = chance.randrange(len(changed))
        count = min(chance.randrange(1, 200), len(changed) - start)
        changed[start : start + count] = bytes(count)
        return bytes(changed)
    for _ in range(chance.randrange(1, 8)):
        # Headers matter most: half of the changes are in the first bytes.
        end = len(changed) if chance.random() < 0.5 else 64
        changed[chance.randrange(end)] = chance.randrange(256)
    return bytes(changed)


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_the_health_check_sees_the_model_and_its_absence(folder):
    server = ProtocolServer(folder / "out/models/tf_advseg/1")

    def healthy(name):
        line = compose.health_command(name, server.rest_port)
        return subprocess.run(["bash", "-c", line], timeout=20).returncode == 0

    try:
        assert healthy("tf_advseg")
        assert not healthy("another")
    finally:
        server.stop()
    assert not healthy("tf_advseg")


def test_the_command_publishes_a_run_that_was_exported(folder, tmp_path):
    run, report = tmp_path / "run", []
    out = str(tmp_path / "out")
    settings = PublishSettings(run=str(run), out=out, ungated=True)
    run.mkdir()
    with pytest.raises(DataError, match="was not exported"):
        publish_command.run(settings, report.append)
    (run / "export").mkdir()
    shutil.copytree(folder / "saved", run / "export/saved_model")
    assert publish_command.run(settings, report.append) == 0
    assert report[0].startswith("Published version 1 as ")
    assert "6 warm-up requests" in report[0]


@pytest.mark.parametrize("wrong", [{}, {"run": "a", "saved_model": "b"}])
def test_one_model_is_published_at_a_time(wrong):
    with pytest.raises(ValueError, match="one of the two"):
        PublishSettings(**wrong)


# The real server, where there is one.


def _docker():
    if not shutil.which("docker"):
        return False
    asked = ["docker", "version", "--format", "{{.Server.Version}}"]
    return subprocess.run(asked, capture_output=True).returncode == 0


def _await(url, process, seconds=180):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if b'"AVAILABLE"' in answer.read():
                    return
        except OSError:
            pass
        time.sleep(1)
    raise AssertionError("the server did not load the model")


def _ask_real_server(folder, tmp_path, process):
    _await("http://127.0.0.1:8501/v1/models/tf_advseg", process)
    for port in (8500, 8501):
        out = tmp_path / str(port)
        settings = ClientSettings(
            server=f"127.0.0.1:{port}",
            input=str(folder / "photos"),
            class_table=str(folder / "out"),
            out=str(out),
            save="ids",
        )
        assert client_command.run(settings) == 0
        with Image.open(out / "ids/a.png") as picture:
            assert np.array(picture).tolist() == MAP


@pytest.mark.slow
@pytest.mark.skipif(
    not os.environ.get("TF_SERVING_BIN"), reason="TF_SERVING_BIN is not set"
)
def test_the_real_server_serves_the_folder(folder, tmp_path):
    own = Path(shutil.copytree(folder / "out", tmp_path / "out"))
    config = own / "config/models.config"
    config.write_text(config.read_text().replace("/models/", f"{own}/models/"))
    command = [
        os.environ["TF_SERVING_BIN"],
        "--port=8500",
        "--rest_api_port=8501",
        f"--model_config_file={config}",
        "--enable_batching=true",
        f"--batching_parameters_file={own}/config/batching_parameters.txt",
        f"--monitoring_config_file={own}/config/monitoring.config",
    ]
    with subprocess.Popen(command) as process:
        try:
            _ask_real_server(folder, tmp_path, process)
        finally:
            process.terminate()


@pytest.mark.slow
@pytest.mark.skipif(not _docker(), reason="Docker cannot start containers")
def test_the_real_server_starts_from_the_compose_file(folder, tmp_path):
    up = ["docker", "compose", "-f", str(folder / "out/compose.yaml"), "up"]
    with subprocess.Popen(up) as process:
        try:
            _ask_real_server(folder, tmp_path, process)
        finally:
            process.terminate()
            process.wait(60)
