"""Requests that somebody made to do harm: 4xx each, and the next is served."""

import json
import random
import socket
import time

import hostile_bytes
import pytest
from modelarts_server import BOUNDARY
from modelarts_server import MAP
from modelarts_server import Running
from modelarts_server import class_map
from modelarts_server import form
from modelarts_server import picture
from modelarts_server import post
from toy_saved_model import write_toy_saved_model
from toy_segmenter import paint

from tf_advseg.export import modelarts

pytestmark = pytest.mark.slow  # Each server imports TensorFlow.
LIMIT = 8 * 2**20


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    root = tmp_path_factory.mktemp("modelarts")
    saved_model = write_toy_saved_model(root / "saved")
    return modelarts.write_package(saved_model, root / "package")


@pytest.fixture(scope="module")
def server(package, tmp_path_factory):
    limits = {"WORKERS": "1", "LINE": "3", "CONNECTIONS": "24"}
    path = tmp_path_factory.mktemp("log") / "log"
    with path.open("wb") as log:
        running = Running(package, log, MAX_REQUEST_BYTES=str(LIMIT), **limits)
    running.await_health()
    yield running
    running.process.kill()
    log = path.read_text()
    assert "Traceback" not in log, log
    assert "no attribute" not in log


@pytest.fixture(autouse=True)
def still_serving(server):
    yield
    status, answer = post(server, picture(paint(MAP)))
    assert (status, class_map(answer)) == (200, MAP)


def raw(server, data, seconds=10):
    """What comes back for bytes on a line of their own, until it ends."""
    with socket.create_connection(("127.0.0.1", server.port), seconds) as line:
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
        parts = []
        try:
            while part := line.recv(65536):
                parts.append(part)
        except ConnectionError:
            pass
        return b"".join(parts)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GARBAGE\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"POST /\r\n\r\n", 400),
        (b"GET /health HTTP/x\r\n\r\n", 400),
        (b"GET /health HTTP/9.9\r\n\r\n", 505),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\na: " + b"b" * 70_000 + b"\r\n\r\n", 431),
        (b"PUT / HTTP/1.1\r\n\r\n", 405),
        (b"\x1b[2J / HTTP/1.1\r\n\r\n", 405),
        (b"POST / HTTP/1.1\r\n\r\n", 411),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", 411),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: \xb2\r\n\r\n", 400),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n"
            b"\r\n{}",
            400,
        ),
        (
            b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
            413,
        ),
        (b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n{}", 408),
    ],
)
def test_what_is_no_request_is_answered_in_json(server, data, status):
    answer = raw(server, data)
    assert answer.startswith(b"HTTP/1.1 %d " % status), answer[:100]
    body = answer.partition(b"\r\n\r\n")[2]
    assert len(json.loads(body)["error"]) < 300


@pytest.mark.parametrize(
    "body",
    [
        b'{"images": {"a": "b"}}',
        b'{"images": {"a": {"read": 1}}}',
        b'{"images": {}}',
        b'{"images": [1]}',
        b'[{"images": "AAAA"}, {"images": "AAAA"}]',
        b"[" * 1_000_000,
        b'{"images": [' + b"[]," * 1_000_000 + b"1]}",
        b'{"images": ' + b"9" * 5000 + b"}",
        b"\xff" * 100,
    ],
)
def test_json_that_is_no_image_is_a_400(server, body):
    status, answer = server.ask("POST", "/", body)
    assert status == 400
    assert len(answer["error"]) < 500


def test_forms_that_are_no_image_are_400(server):
    bodies = [
        f"--{BOUNDARY}\r\n\r\n".encode() * 200_000,
        f"--{BOUNDARY}\r\n".encode() + b"a" * 10**6 + b"\r\n\r\nx\r\n"
        b"--" + BOUNDARY.encode() + b"--\r\n",
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; name*0*=utf-8''a; "
        f'name*="x\r\n\r\nb\r\n--{BOUNDARY}--\r\n'.encode(),
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="images"'
        f"\r\n\r\ntext\r\n--{BOUNDARY}--\r\n".encode(),
    ]
    kind = f"Multipart/Form-Data; boundary={BOUNDARY}"
    for body in bodies:
        status, answer = server.ask("POST", "/", body, {"Content-Type": kind})
        assert status == 400, answer


def test_a_body_waits_until_it_may_come(server):
    body, headers = form(picture(paint(MAP)))
    head = (
        f"POST / HTTP/1.1\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: {headers['Content-Type']}\r\n"
        "Expect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), 30) as line:
        line.sendall(head.encode())
        assert line.recv(65536).startswith(b"HTTP/1.1 100 ")
        line.sendall(body)
        assert line.recv(65536).startswith(b"HTTP/1.1 200 ")
    too_long = head.replace(str(len(body)), str(LIMIT + 1)).encode()
    assert raw(server, too_long).startswith(b"HTTP/1.1 413 ")


def test_unfinished_bodies_take_the_line_s_memory_and_no_more(server):
    before = server.resident()
    body = b"x" * (LIMIT - 100)
    head = f"POST / HTTP/1.1\r\nContent-Length: {LIMIT}\r\n\r\n".encode()
    lines, refused = [], 0
    for _ in range(20):
        line = socket.create_connection(("127.0.0.1", server.port), 30)
        lines.append(line)
        line.settimeout(10)
        try:
            line.sendall(head + body)
            line.settimeout(0.3)
            refused += line.recv(100).startswith(b"HTTP/1.1 503 ")
        except TimeoutError:
            pass
        except ConnectionError:
            refused += 1
    # One worker and three places: four bodies of 8 MB.
    assert refused == 16
    assert server.resident() - before < 4 * LIMIT / 2**20 + 40
    for line in lines:
        line.close()
    time.sleep(0.5)


def test_more_connections_than_the_limit_are_told(server):
    time.sleep(0.5)
    lines = [
        socket.create_connection(("127.0.0.1", server.port), 10)
        for _ in range(30)
    ]
    time.sleep(0.5)
    lines[-1].settimeout(5)
    assert lines[-1].recv(1000).startswith(b"HTTP/1.1 503 ")
    for line in lines:
        line.close()
    time.sleep(1)


def test_200_raw_requests(server):
    chance = random.Random(3)
    body, headers = form(picture(paint(MAP)))
    whole = (
        f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: {headers['Content-Type']}\r\n\r\n"
    ).encode() + body
    before = server.resident()
    for _ in range(200):
        began = time.monotonic()
        answer = raw(server, hostile_bytes.worse(whole, chance), 15)
        assert time.monotonic() - began < hostile_bytes.SECONDS
        status = answer[9:12]
        assert not answer or status == b"200" or status[:1] in b"45", answer
        assert status != b"500"
    assert server.resident() - before < hostile_bytes.MEGABYTES


def test_it_listens_on_loopback_unless_told_otherwise(server):
    # All of 127.0.0.0/8 is this machine; what listens everywhere answers.
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", server.port), 5)
