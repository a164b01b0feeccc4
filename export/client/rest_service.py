"""A model server's REST interface: JSON over HTTP, bytes as base64."""

import base64
import http.client
import json
import threading
from typing import Any

import numpy as np

from tf_advseg.export.client.address import Address
from tf_advseg.export.client.errors import ImageRefusedError
from tf_advseg.export.client.errors import ServerError
from tf_advseg.export.client.errors import UnavailableError
from tf_advseg.export.client.service import check_outputs
from tf_advseg.export.serving.signatures import SIGNATURES

_UNAVAILABLE = (429, 502, 503)
_OF_ONE_IMAGE = (400, 413, 500, 504)


class RestService:
    """A `Service` over HTTP, one connection a thread. Args as of `connect`."""

    def __init__(
        self,
        address: Address,
        model_name: str,
        model_version: int,
        timeout: float,
        max_answer: int,
    ):
        self._address, self._timeout = address, timeout
        self._name, self._max_answer = model_name, max_answer
        self._path = f"/v1/models/{model_name}"
        if model_version:
            self._path += f"/versions/{model_version}"
        self._local = threading.local()
        self._opened = []

    def check(self, signature: str) -> None:
        """As `Service.check`."""
        self._check_loaded()
        answer = self._send("GET", f"{self._path}/metadata")
        try:
            definitions = answer["metadata"]["signature_def"]["signature_def"]
            found = {
                name: list(definition["outputs"])
                for name, definition in definitions.items()
            }
        except (KeyError, TypeError, AttributeError) as error:
            raise ServerError(
                f"{self._address} does not describe the model's signatures "
                f"({error!r}); is it a TensorFlow Serving?"
            ) from error
        check_outputs(f"{self._name!r} at {self._address}", signature, found)

    def _check_loaded(self):
        answer = self._send("GET", self._path)
        states = answer.get("model_version_status", [])
        if not any(state.get("state") == "AVAILABLE" for state in states):
            raise UnavailableError(
                f"The model {self._name!r} at {self._address} is not loaded."
            )

    def predict(
        self, signature: str, value: bytes | np.ndarray, outputs: tuple
    ) -> dict[str, Any]:
        """As `Service.predict`."""
        if isinstance(value, bytes):
            batch = [{"b64": base64.b64encode(value).decode("ascii")}]
        else:
            batch = value[np.newaxis].tolist()
        body = json.dumps(
            {
                "signature_name": signature,
                "inputs": {SIGNATURES[signature][0]: batch},
            }
        )
        answer = self._send("POST", f"{self._path}:predict", body)
        try:
            found = answer["outputs"]
            if not isinstance(found, dict) and len(outputs) == 1:
                found = {outputs[0]: found}  # A single one has no name.
            return {name: _plain(found[name][0]) for name in outputs}
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise ServerError(
                f"{self._address} answered without a batch of "
                f"{', '.join(outputs)} ({error!r}). Is it our model?"
            ) from error

    def close(self) -> None:
        """As `Service.close`."""
        for connection in self._opened:
            connection.close()

    def _send(self, method, path, body=None):
        try:
            status, data = self._exchange(method, path, body)
        except TimeoutError:
            self._connection().close()
            raise ImageRefusedError(
                f"no answer within {self._timeout:g} s (--timeout)"
            ) from None
        except (OSError, http.client.HTTPException) as error:
            self._connection().close()
            raise UnavailableError(
                f"{self._address} is not available: {error or repr(error)}"
            ) from None
        return self._content(status, data)

    def _exchange(self, method, path, body):
        connection = self._connection()
        headers = {"Content-Type": "application/json"} if body else {}
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        data = response.read(self._max_answer + 1)
        if len(data) > self._max_answer:
            connection.close()
        return response.status, data

    def _content(self, status, data):
        if len(data) > self._max_answer:
            raise ImageRefusedError(
                f"the answer has more than {self._max_answer} bytes"
            )
        try:
            content = json.loads(data)
        except ValueError:
            content = None
        if status == 200 and isinstance(content, dict):
            return content
        text = content.get("error") if isinstance(content, dict) else None
        text = f"HTTP {status}: {text or data[:200]!r}"
        if status in _UNAVAILABLE:
            raise UnavailableError(f"{self._address} is not available: {text}")
        if status in _OF_ONE_IMAGE:
            raise ImageRefusedError(text)
        raise ServerError(f"{self._address} does not serve: {text}")

    def _connection(self):
        """This thread's connection; it opens itself again when needed."""
        if not hasattr(self._local, "connection"):
            secure = self._address.is_secure
            kind = (
                http.client.HTTPSConnection
                if secure
                else http.client.HTTPConnection
            )
            self._local.connection = kind(
                self._address.host, self._address.port, timeout=self._timeout
            )
            self._opened.append(self._local.connection)
        return self._local.connection


def _plain(value):
    """Bytes from base64, numbers as they are, lists as arrays."""
    if isinstance(value, dict):
        return base64.b64decode(value["b64"], validate=True)
    return np.asarray(value) if isinstance(value, list) else value
