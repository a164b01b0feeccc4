"""ModelArts' container server as a process of its own, and who asks it."""

import base64
import http.client
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time

import numpy as np
from PIL import Image

MAP = [[0, 0, 1], [2, 2, 1]]
BOUNDARY = "xYzZY"


class Running:
    """The server as a process of its own, from the package's own files."""

    def __init__(self, package, log=subprocess.PIPE, **environment):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "server.py"],
            cwd=package / "image",
            env={
                **os.environ,
                "PORT": str(self.port),
                "MODEL_DIR": str(package / "model"),
                **environment,
            },
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    def ask(self, method, path, body=None, headers=None):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(method, path, body, headers or {})
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            line.close()

    def await_health(self):
        for _ in range(600):
            assert self.process.poll() is None, self.process.stdout.read()
            try:
                if self.ask("GET", "/health") == (200, {"health": "true"}):
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise AssertionError("never healthy")

    def resident(self):
        """The memory that it has, in megabytes."""
        with open(f"/proc/{self.process.pid}/status") as file:
            lines = dict(line.split(":", 1) for line in file)
        return int(lines["VmRSS"].split()[0]) / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(45)


def picture(image, kind="PNG", **options):
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, kind, **options)
    return stream.getvalue()


def form(data, field="images", name="a.png"):
    head = (
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
        f'name="{field}"; filename="{name}"\r\n'
        "Content-Type: image/png\r\n\r\n"
    )
    body = head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return body, {"Content-Type": kind}


def post(server, data, **options):
    body, headers = form(data, **options)
    return server.ask("POST", "/", body, headers)


def class_map(answer):
    data = base64.b64decode(answer["class_map_png"])
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.mode == "L"
        return np.array(picture).tolist()
