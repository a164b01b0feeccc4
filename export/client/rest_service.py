"""A model server's REST interface: JSON over HTTP, bytes as base64."""

import base64
import json
import queue
import ssl
import threading
from typing import Any

import httpx
import numpy as np

from tf_advseg.base.checks import brief
from tf_advseg.export.client.errors import ImageRefusedError
from tf_advseg.export.client.errors import ServerError
from tf_advseg.export.client.service import Service


class RestService(Service):
    """A `Service` over HTTP connections. Args as of `Service`."""

    unavailable = (429, 502, 503, None)
    of_one_image = (400, 413, 500, 504)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._url = f"{self._address}/v1/models/{self._name}"
        if self._version:
            self._url += f"/versions/{self._version}"
        self._client = httpx.Client(
            # The system's certificates; no proxies that the environment
            # names; answers uncompressed, so that their bound holds.
            verify=ssl.create_default_context(),
            trust_env=False,
            headers={"Accept-Encoding": "identity"},
            timeout=self._timeout,
            limits=httpx.Limits(),
        )

    def close(self) -> None:
        """As `Service.close`."""
        self._client.close()

    def _is_loaded(self):
        states = self._send("GET").get("model_version_status", [])
        return isinstance(states, list) and any(
            isinstance(state, dict) and state.get("state") == "AVAILABLE"
            for state in states
        )

    def _signatures(self):
        answer = self._send("GET", "/metadata")
        try:
            definitions = answer["metadata"]["signature_def"]["signature_def"]
            return {
                name: list(definition["outputs"])
                for name, definition in definitions.items()
            }
        except (KeyError, TypeError, AttributeError) as error:
            raise ServerError(
                f"{self._address} does not describe the model's signatures "
                f"({error!r}); is it a TensorFlow Serving?"
            ) from error

    def _ask(self, signature, input_name, batch, outputs):
        if isinstance(batch, np.ndarray):
            batch = batch.tolist()
        else:
            batch = [{"b64": base64.b64encode(x).decode()} for x in batch]
        inputs = {input_name: batch}
        body = {"signature_name": signature, "inputs": inputs}
        return self._send("POST", ":predict", json=body)

    def _of_first(self, answer, outputs):
        found = answer["outputs"]
        if not isinstance(found, dict) and len(outputs) == 1:
            found = {outputs[0]: found}  # A single one has no name.
        return {name: _plain(found[name][0]) for name in outputs}

    def _send(self, method: str, path: str = "", **body) -> dict[str, Any]:
        try:
            status, data = self._in_time(method, self._url + path, **body)
        except httpx.TimeoutException:
            raise self._no_answer() from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._error(None, str(error) or repr(error)) from None
        try:
            content = json.loads(data)
        except (ValueError, RecursionError):
            content = None
        if status == 200 and isinstance(content, dict):
            return content
        text = content.get("error") if isinstance(content, dict) else None
        text = text or bytes(data[:200])
        raise self._error(status, f"HTTP {status}: {brief(text)}")

    def _in_time(self, *request, **body):
        """What `_exchange` returns, or httpx' timeout.

        The timeout of httpx is that of one read: a server that sends a byte
        now and then, of its headers even, could hold a client for ever. So a
        thread reads, and is left alone when its time is over.
        """
        answers, is_over = queue.SimpleQueue(), threading.Event()

        def exchange():
            try:
                answers.put((self._exchange(is_over, *request, **body), None))
            except Exception as error:
                answers.put((None, error))

        threading.Thread(target=exchange, daemon=True).start()
        try:
            answer, error = answers.get(timeout=self._timeout)
        except queue.Empty:
            is_over.set()
            raise httpx.ReadTimeout("The answer is not whole.") from None
        if error is not None:
            raise error
        return answer

    def _exchange(self, is_over, method, url, **body):
        data = bytearray()
        with self._client.stream(method, url, **body) as response:
            for piece in response.iter_raw():
                if is_over.is_set():
                    break
                data += piece
                if len(data) > self._max_answer:
                    raise ImageRefusedError(
                        f"the answer has more than {self._max_answer} bytes"
                    )
        return response.status_code, data


def _plain(value):
    """Bytes from base64, numbers as they are, lists as arrays."""
    if isinstance(value, dict):
        return base64.b64decode(value["b64"], validate=True)
    return np.asarray(value) if isinstance(value, list) else value
