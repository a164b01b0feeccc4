"""The container's server: `customize_service.py` on port 8080.

    GET  /health   200 {"health": "true"} once the model is loaded, 503 before
    POST /         an image as a form's file or as base64 in JSON

Environment: HOST (127.0.0.1; the container says 0.0.0.0), PORT (8080),
MODEL_DIR (/home/model), MAX_REQUEST_BYTES (32 MB), WORKERS (2 images at once),
LINE (16 further requests wait; when the line is full, the next are told to
come back before their bodies are read), CONNECTIONS (128). SIGTERM lets what
is under way finish. Logs go to standard output, where ModelArts looks for them.
"""

import contextlib
import http.server
import json
import logging
import os
import signal
import sys
import threading
import time

from connections import HEAD_SECONDS
from connections import IDLE_SECONDS
from connections import Server
from form_data import parse_form
from waiting_line import PATIENCE
from waiting_line import Model
from waiting_line import Refusal

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8080"))
MODEL_DIR = os.environ.get("MODEL_DIR", "/home/model")
MAX_REQUEST_BYTES = int(os.environ.get("MAX_REQUEST_BYTES", str(32 * 2**20)))
WORKERS = int(os.environ.get("WORKERS", "2"))
LINE = int(os.environ.get("LINE", "16"))
CONNECTIONS = int(os.environ.get("CONNECTIONS", "128"))
MOST_JSON_PARTS = 1000
"""Brackets and commas: an image in base64 has none."""

logger = logging.getLogger("tf_advseg")


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    model = None
    path = ""

    def handle_one_request(self):
        super().handle_one_request()
        self.server.expect(self.connection, IDLE_SECONDS)

    def parse_request(self):
        # The first line is there; now the headers have to come.
        self.server.expect(self.connection, HEAD_SECONDS)
        if not super().parse_request():
            return False
        self.server.expect(self.connection, None)
        return True

    def handle_expect_100(self):
        return True  # Said when the body may come.

    def do_GET(self):
        # What follows would be taken for the next request.
        if self.headers.get("Content-Length", "0") != "0" or self._is_chunked():
            self.close_connection = True
        if self.path != "/health":
            self._send(404, {"error": "There are GET /health and POST /."})
        elif self.model.service is None:
            self._send(503, {"health": "false"})
        else:
            self._send(200, {"health": "true"})

    def do_POST(self):
        self._unread = 0
        status, content = self._answer()
        if self._unread > 0:
            self.close_connection = True
        self._send(status, content)
        self._drain()

    def _answer(self):
        try:
            length = self._length()
            if self.path.split("?")[0] != "/":
                raise Refusal(404, "There are GET /health and POST /.")
            return 200, self.model.answer(
                lambda: self._body(length), self._parsed
            )
        except Refusal as refusal:
            return refusal.status, {"error": refusal.text}
        except Exception:
            logger.exception("A request failed.")
            return 500, {"error": "The server failed; see its log."}

    def _is_chunked(self):
        return self.headers.get("Transfer-Encoding") is not None

    def _length(self):
        """How long the body is to be; it is not read yet."""
        said = set(self.headers.get_all("Content-Length", []))
        self._unread = MAX_REQUEST_BYTES
        if self._is_chunked() or not said:
            raise Refusal(411, "The request says no Content-Length.")
        length = said.pop()
        if said or not (length.isascii() and length.isdecimal()):
            raise Refusal(400, "The request's Content-Length is no number.")
        if len(length) > 12 or int(length) > MAX_REQUEST_BYTES:
            raise Refusal(
                413, f"The request has more than {MAX_REQUEST_BYTES} bytes."
            )
        self._unread = int(length)
        return int(length)

    def _body(self, length):
        """The request's body, whole and in time."""
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        self.server.expect(self.connection, PATIENCE)
        # Takes memory as it is filled; what a client says costs nothing.
        body, at = bytearray(length), 0
        with contextlib.suppress(OSError):
            while count := self.rfile.readinto(memoryview(body)[at:][: 2**16]):
                at += count
        self.server.expect(self.connection, None)
        self._unread = 0
        if at < length:
            self.close_connection = True
            raise Refusal(408, f"Only {at} of {length} bytes came.")
        return body

    def _parsed(self, body):
        kind = self.headers.get("Content-Type", "application/json")
        try:
            if kind.lower().startswith("multipart/form-data"):
                return parse_form(kind, bytes(body))
            if sum(map(body.count, (b"[", b"{", b","))) > MOST_JSON_PARTS:
                raise ValueError(f"more than {MOST_JSON_PARTS} values")
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise Refusal(
                400, f"Expected a form's file or JSON: {error}."
            ) from error

    def _drain(self):
        """Takes what is under way to us for a moment: a line that is closed
        on unread bytes may lose the answer."""
        if self._unread:
            end = time.monotonic() + 2
            self.connection.settimeout(0.5)
            with contextlib.suppress(OSError):
                while self._unread > 0 and time.monotonic() < end:
                    self._unread -= len(self.rfile.read1(2**16)) or 2**40

    def send_error(self, code, message=None, explain=None):
        """What is no request, or of another method: one sentence in JSON."""
        # A first line that cannot be read leaves the version unknown, and
        # answers of version 0.9 have no status.
        self.request_version = "HTTP/1.1"
        self.close_connection = True
        if code == 501:
            code, message = 405, "There are GET /health and POST /."
        self._send(int(code), {"error": (message or "No request.")[:200]})

    def _send(self, status, content):
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if status == 405:
            self.send_header("Allow", "GET, POST")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format, *args):
        if self.path != "/health":
            # Whatever a client wrote stays one line of plain characters.
            logger.info("%s", ascii(format % args)[1:300])


def main():
    logging.basicConfig(stream=sys.stdout, level=logging.INFO)
    model = Handler.model = Model(WORKERS, LINE)
    server = Server((HOST, PORT), Handler, CONNECTIONS)
    threading.Thread(target=model.load, args=(MODEL_DIR,), daemon=True).start()

    def stop(*_):
        # It waits for the loop, which runs in this very thread.
        threading.Thread(target=server.finish).start()

    signal.signal(signal.SIGTERM, stop)
    logger.info("Listening on %s:%d.", HOST, server.server_port)
    server.serve_forever()
    logger.info("Stopping.")


if __name__ == "__main__":
    main()
