"""What the REST client takes from a server that is not ours."""

import http.server
import itertools
import sys
import threading
import time

import pytest

from tf_advseg.export import client as remote

pytest.importorskip("httpx")

OUTPUTS = ("class_map_png_bytes", "mean_entropy")


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as the server's `answer` says, and notes what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers)))
        self.server.answer(self)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.asked = []
        server.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def _ask(server, **options):
    address = remote.parse_address(server.url)
    service = remote.connect(address, "tf_advseg", **options)
    try:
        return service.predict("png", b"image", OUTPUTS)
    finally:
        service.close()


def test_a_redirect_is_not_followed(server):
    def redirect(handler):
        handler.send_response(307)
        handler.send_header("Location", f"{server.url}/elsewhere")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server.answer = redirect
    with pytest.raises(remote.ServerError, match="HTTP 307"):
        _ask(server)
    assert [path for path, _ in server.asked] == [
        "/v1/models/tf_advseg:predict"
    ]


def test_proxies_of_the_environment_are_not_asked(server, monkeypatch):
    def refuse(handler):
        handler.send_error(400)

    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.answer = refuse
    with pytest.raises(remote.ImageRefusedError, match="HTTP 400"):
        _ask(server)
    assert server.asked


def test_an_endless_answer_is_left_at_the_limit(server):
    sent = []

    def endless(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for number in itertools.count():
            try:
                handler.wfile.write(b"400\r\n" + 1024 * b" " + b"\r\n")
            except OSError:
                break
            sent.append(number)

    server.answer = endless
    with pytest.raises(remote.ImageRefusedError, match="more than 5000 bytes"):
        _ask(server, max_answer=5000)


def test_a_compressed_answer_is_not_unpacked(server):
    def packed(handler):
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", "4")
        handler.end_headers()
        handler.wfile.write(b"\x1f\x8b\x08\x00")

    server.answer = packed
    with pytest.raises(remote.ServerError, match="does not serve: HTTP 200"):
        _ask(server)
    ((_, headers),) = server.asked
    assert headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("missing", ["httpx", "tenacity"])
def test_without_the_extra_the_client_says_how_to_get_it(missing, monkeypatch):
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.delitem(
        sys.modules, "tf_advseg.export.client.rest_service", raising=False
    )
    with pytest.raises(ValueError, match=r"pip install 'tf-advseg\[serving\]'"):
        remote.retrying()
        remote.connect(remote.parse_address("http://localhost"), "tf_advseg")


@pytest.mark.parametrize("of", ["headers", "body"])
def test_a_server_that_trickles_is_left_when_the_time_is_over(server, of):
    """The timeout bounds the whole call, and not each read."""
    is_over = threading.Event()

    def trickle(handler):
        begin = b"HTTP/1.1 200 OK\r\n"
        if of == "body":
            begin += b"Content-Length: 1000\r\n\r\n"
        handler.wfile.write(begin)
        for _ in range(100):
            if is_over.wait(0.1):
                return
            handler.wfile.write(b"x")
            handler.wfile.flush()

    server.answer = trickle
    begun = time.monotonic()
    with pytest.raises(remote.ImageRefusedError, match=r"within 0\.5 s"):
        _ask(server, timeout=0.5)
    assert time.monotonic() - begun < 5
    is_over.set()
