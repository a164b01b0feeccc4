"""The container's server: `customize_service.py` on port 8080.

    GET  /health   200 {"health": "true"} once the model is loaded, 503 before
    POST /         an image as a form's file or as base64 in JSON

Environment: PORT (8080), MODEL_DIR (/home/model), MAX_REQUEST_BYTES (32 MB),
WORKERS (2 images at once; further requests wait in line, and when the line is
full are told to come back). SIGTERM lets what is under way finish. Logs go to
standard output, where ModelArts looks for them.
"""

import contextlib
import http.server
import importlib
import json
import logging
import os
import signal
import socket
import sys
import threading

from form_data import parse_form

PORT = int(os.environ.get("PORT", "8080"))
MODEL_DIR = os.environ.get("MODEL_DIR", "/home/model")
MAX_REQUEST_BYTES = int(os.environ.get("MAX_REQUEST_BYTES", str(32 * 2**20)))
WORKERS = int(os.environ.get("WORKERS", "2"))
LINE = 16
PATIENCE = 30.0
"""Seconds that a request waits; ModelArts' gateway gives up after 40."""

logger = logging.getLogger("tf_advseg")


class Refusal(Exception):
    """An answer that is an error: status and sentence."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status, self.text = status, text


class Model:
    """The service, loaded in a thread so that /health answers meanwhile."""

    def __init__(self):
        self.service = None
        self._working = threading.Semaphore(WORKERS)
        self._line = threading.Semaphore(WORKERS + LINE)

    def load(self):
        sys.path.insert(0, MODEL_DIR)
        try:
            module = importlib.import_module("customize_service")
            self.service = module.SegmentationService("tf_advseg", MODEL_DIR)
            logger.info("The model in %s is loaded.", MODEL_DIR)
        except Exception:
            logger.exception("The model in %s cannot be loaded.", MODEL_DIR)
            # The container ends, and whoever started it sees why.
            os._exit(1)

    def answer(self, data):
        if self.service is None:
            raise Refusal(503, "The model is being loaded.")
        if not self._line.acquire(blocking=False):
            raise Refusal(503, "Too many requests at once; try again.")
        try:
            if not self._working.acquire(timeout=PATIENCE):
                raise Refusal(503, "The server is busy; try again.")
            try:
                return self.service.inference(data)
            except ValueError as error:
                raise Refusal(400, str(error)) from error
            finally:
                self._working.release()
        finally:
            self._line.release()


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = 60
    model = None

    def do_GET(self):
        if self.path != "/health":
            self._send(404, {"error": "There are GET /health and POST /."})
        elif self.model.service is None:
            self._send(503, {"health": "false"})
        else:
            self._send(200, {"health": "true"})

    def do_POST(self):
        try:
            self._send(200, self.model.answer(self._read()))
        except Refusal as refusal:
            self._send(refusal.status, {"error": refusal.text})
        except Exception:
            logger.exception("A request failed.")
            self._send(500, {"error": "The server failed; see its log."})

    def _read(self):
        """The request's data; its body is read whole or the line is cut."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            self.close_connection = True
            raise Refusal(411, "The request says no Content-Length.")
        if int(length) > MAX_REQUEST_BYTES:
            self.close_connection = True
            raise Refusal(
                413, f"The request has more than {MAX_REQUEST_BYTES} bytes."
            )
        body = self.rfile.read(int(length))
        if self.path.split("?")[0] != "/":
            raise Refusal(404, "There are GET /health and POST /.")
        try:
            kind = self.headers.get("Content-Type", "application/json")
            if kind.startswith("multipart/form-data"):
                return parse_form(kind, body)
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise Refusal(
                400, f"Expected a form's file or JSON: {error}."
            ) from error

    def _send(self, status, content):
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format, *args):
        if self.path != "/health":
            logger.info(format, *args)


class Server(http.server.ThreadingHTTPServer):
    """Waits at its end for the requests under way, not for idle lines."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self._lines = set()

    def process_request(self, request, client_address):
        self._lines.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self._lines.discard(request)
        super().shutdown_request(request)

    def finish(self):
        """Takes no more requests; what was asked is still answered."""
        self.shutdown()
        for line in tuple(self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RD)
        self.server_close()


def main():
    logging.basicConfig(stream=sys.stdout, level=logging.INFO)
    model = Model()
    Handler.model = model
    server = Server(("0.0.0.0", PORT), Handler)
    threading.Thread(target=model.load, daemon=True).start()

    def stop(*_):
        # It waits for the loop, which runs in this very thread.
        threading.Thread(target=server.finish).start()

    signal.signal(signal.SIGTERM, stop)
    logger.info("Listening on port %d.", server.server_port)
    server.serve_forever()
    logger.info("Stopping.")


if __name__ == "__main__":
    main()
