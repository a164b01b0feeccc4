"""The container's server, without a container: images in, class maps out."""

import base64
import importlib.util
import json
import random
import socket
import threading
import time

import numpy as np
import pytest
from modelarts_server import BOUNDARY
from modelarts_server import MAP
from modelarts_server import Running
from modelarts_server import class_map
from modelarts_server import form
from modelarts_server import picture
from modelarts_server import post
from PIL import Image
from toy_saved_model import write_toy_saved_model
from toy_segmenter import paint

from tf_advseg.export import modelarts
from tf_advseg.export.modelarts import package as package_module

pytestmark = pytest.mark.slow  # Each server imports TensorFlow.


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    root = tmp_path_factory.mktemp("modelarts")
    saved_model = write_toy_saved_model(root / "saved")
    return modelarts.write_package(saved_model, root / "package")


@pytest.fixture(scope="module")
def server(package):
    running = Running(package, MAX_REQUEST_BYTES="100000")
    running.await_health()
    yield running
    if running.process.poll() is None:
        running.process.kill()


def test_a_form_s_image_becomes_a_class_map(server):
    status, answer = post(server, picture(paint(MAP)))
    assert status == 200
    assert class_map(answer) == MAP
    assert (answer["height"], answer["width"]) == (2, 3)
    assert answer["classes"][2] == {
        "id": 2,
        "name": "blue",
        "share": pytest.approx(2 / 6),
    }


def test_json_with_base64_does_the_same(server):
    text = base64.b64encode(picture(paint(MAP))).decode()
    body = json.dumps({"images": text})
    status, answer = server.ask("POST", "/", body)
    assert (status, class_map(answer)) == (200, MAP)


def test_photos_are_upright_and_other_formats_are_understood(server):
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = picture(np.rot90(paint(MAP)), exif=exif)
    assert class_map(post(server, turned)[1]) == MAP
    for kind, options in (("BMP", {}), ("WEBP", {"lossless": True})):
        data = picture(paint(MAP), kind, **options)
        assert class_map(post(server, data)[1]) == MAP


def _bomb():
    """A PNG of a few bytes that claims 60,000 x 60,000 pixels."""
    data = bytearray(picture(paint(MAP)))
    data[16:24] = (60000).to_bytes(4, "big") * 2
    return bytes(data)


def test_what_is_no_image_is_refused_and_the_next_is_served(server):
    whole = picture(paint(MAP))
    for data in (b"", b"hello", whole[:-25], _bomb()):
        status, answer = post(server, data)
        assert status == 400, data
        assert "error" in answer
    refused = [
        server.ask("POST", "/", b"{"),
        server.ask("POST", "/", b"[" * 5000),
        server.ask("POST", "/", b'{"images": "!"}'),
        server.ask("POST", "/", b'{"images": 3}'),
        server.ask("POST", "/", b'{"other": "AAAA"}'),
        server.ask("POST", "/", b"[]"),
        server.ask("POST", "/", b"1"),
        post(server, whole, field="other"),
        server.ask("POST", "/", whole, {"Content-Type": "multipart/form-data"}),
    ]
    assert [status for status, _ in refused] == [400] * len(refused)
    assert server.ask("POST", "/elsewhere", b"{}")[0] == 404
    assert server.ask("GET", "/")[0] == 404
    assert server.ask("POST", "/", b"x" * 100001)[0] == 413
    assert class_map(post(server, whole)[1]) == MAP


def test_mutated_requests_never_end_the_server(server):
    chance = random.Random(0)
    whole, headers = form(picture(paint(MAP)))
    for _ in range(200):
        body = bytearray(whole[: chance.randrange(1, len(whole) + 1)])
        for _ in range(chance.randrange(4)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        status, _ = server.ask("POST", "/", bytes(body), headers)
        assert status in (200, 400)
    assert class_map(post(server, picture(paint(MAP)))[1]) == MAP


def test_many_clients_at_once_get_their_own_answers(server):
    maps = [np.full((4, 5), index % 3) for index in range(12)]
    found = [None] * len(maps)

    def ask(index):
        found[index] = post(server, picture(paint(maps[index])))

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer, expected in zip(found, maps, strict=True):
        assert answer[0] == 200
        assert class_map(answer[1]) == expected.tolist()


def test_sigterm_ends_the_server_although_lines_are_open(package):
    running = Running(package)
    # It listens and says that it is not ready while the model is loading.
    running.await_health()
    idle = socket.create_connection(("127.0.0.1", running.port))
    time.sleep(0.2)
    # An idle line alone would hold the server for its 60 seconds.
    assert running.stop() == 0
    idle.close()
    assert b"Stopping" in running.process.stdout.read()


def test_a_model_that_cannot_be_loaded_ends_the_server(package, tmp_path):
    running = Running(package, MODEL_DIR=str(tmp_path))
    assert running.process.wait(60) == 1
    assert b"cannot be loaded" in running.process.stdout.read()


def _form_data():
    path = package_module._FILES / "form_data.py"
    spec = importlib.util.spec_from_file_location("form_data", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_forms_keep_every_byte_and_every_file():
    """Line ends in binary parts are bytes like any others."""
    parse = _form_data().parse_form
    data = bytes(range(256)) + b"\r\n\n\r--xYz\r\n"
    body, headers = form(data)
    kind = headers["Content-Type"]
    assert parse(kind, body)["images"]["a.png"].read() == data
    second = form(b"2")[0]
    both = body[: -len(f"--{BOUNDARY}--\r\n")] + second
    assert [f.read() for f in parse(kind, both)["images"].values()] == [
        data,
        b"2",
    ]
