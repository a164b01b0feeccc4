"""A protocol test server, NOT TensorFlow Serving.

It speaks the part of TensorFlow Serving's two interfaces that the client
uses, with the official messages, and answers from a SavedModel. What it
proves is that the client's requests have the form that the interfaces
document; how the real server loads, batches and fails it cannot show.

    python tests/toys/protocol_server.py SAVED_MODEL [GRPC_PORT REST_PORT]

runs it alone, for the load script.
"""

import base64
import concurrent.futures
import contextlib
import http.server
import json
import re
import sys
import threading
import time

import grpc
import numpy as np
import tensorflow as tf
from tensorflow_serving.apis import get_model_metadata_pb2
from tensorflow_serving.apis import get_model_status_pb2
from tensorflow_serving.apis import model_service_pb2_grpc
from tensorflow_serving.apis import predict_pb2
from tensorflow_serving.apis import prediction_service_pb2_grpc

NAME = "tf_advseg"
_HTTP_CODES = {
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.DEADLINE_EXCEEDED: 504,
}
"""As tensorflow_serving/model_servers/http_server.cc maps them."""
_PATH = re.compile(
    r"/v1/models/([^/:]+)(?:/versions/(\d+))?(?::predict|/metadata)?", re.I
)


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code, self.text = code, text


class ProtocolServer:
    """Both interfaces on free ports of this machine, in threads.

    Attributes:
        grpc_port: And `rest_port`: where it listens.
        faults: Codes that the next requests are answered with.
        num_requests: How many predictions were asked for.
        peak: How many were in work at once, at most.
        delay: Seconds that each takes longer.
        spoil: Called with the outputs before they are sent.
    """

    def __init__(self, saved_model, grpc_port=0, rest_port=0, version=1):
        self._model = tf.saved_model.load(str(saved_model))
        self._lock = threading.Lock()
        self._version = version
        self.faults, self.num_requests, self.peak = [], 0, 0
        self.delay, self.spoil, self._running = 0.0, None, 0
        self.deadlines = []
        self._grpc = self._start_grpc(grpc_port)
        handler = type("Handler", (_RestHandler,), {"owner": self})
        self._rest = http.server.ThreadingHTTPServer(
            ("127.0.0.1", rest_port), handler
        )
        self.rest_port = self._rest.server_port
        threading.Thread(target=self._rest.serve_forever, daemon=True).start()

    def _start_grpc(self, port):
        pool = concurrent.futures.ThreadPoolExecutor(8)
        unlimited = [("grpc.max_receive_message_length", -1)]
        server = grpc.server(pool, options=unlimited)
        predictions, models = _Predictions(self), _Models(self)
        prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(
            predictions, server
        )
        model_service_pb2_grpc.add_ModelServiceServicer_to_server(
            models, server
        )
        self.grpc_port = server.add_insecure_port(f"127.0.0.1:{port}")
        server.start()
        return server

    def stop(self):
        self._grpc.stop(None).wait()
        self._rest.shutdown()
        self._rest.server_close()

    def outputs(self):
        """The outputs of each signature."""
        return {
            name: list(call.structured_outputs)
            for name, call in self._model.signatures.items()
        }

    def check_model(self, name, version):
        if name != NAME or version not in (0, self._version):
            raise Refusal(
                grpc.StatusCode.NOT_FOUND,
                f"Servable not found for request: Specific({name}, {version})",
            )

    def predict(self, name, version, signature, inputs):
        """Returns the outputs by name, as arrays."""
        with self._counted():
            self.check_model(name, version)
            time.sleep(self.delay)
            call = self._model.signatures.get(signature)
            if call is None:
                raise Refusal(
                    grpc.StatusCode.INVALID_ARGUMENT,
                    f'Serving signature name: "{signature}" not found',
                )
            try:
                outputs = call(**{k: tf.constant(v) for k, v in inputs.items()})
            except (tf.errors.OpError, ValueError, TypeError) as error:
                raise Refusal(
                    grpc.StatusCode.INVALID_ARGUMENT, str(error)[:1024]
                ) from error
            outputs = {key: value.numpy() for key, value in outputs.items()}
            return self.spoil(outputs) if self.spoil else outputs

    @contextlib.contextmanager
    def _counted(self):
        with self._lock:
            self.num_requests += 1
            self._running += 1
            self.peak = max(self.peak, self._running)
            fault = self.faults.pop(0) if self.faults else None
        try:
            if fault:
                raise Refusal(fault, "made to fail by the test")
            yield
        finally:
            with self._lock:
                self._running -= 1


class _Predictions(prediction_service_pb2_grpc.PredictionServiceServicer):
    def __init__(self, owner):
        self._owner = owner

    def Predict(self, request, context):
        spec = request.model_spec
        self._owner.deadlines.append(context.time_remaining())
        try:
            outputs = self._owner.predict(
                spec.name,
                spec.version.value,
                spec.signature_name or "serving_default",
                {k: tf.make_ndarray(v) for k, v in request.inputs.items()},
            )
        except Refusal as refusal:
            context.abort(refusal.code, refusal.text)
        response = predict_pb2.PredictResponse()
        wanted = set(request.output_filter or outputs)
        if wanted - set(outputs):
            context.abort(
                grpc.StatusCode.INVALID_ARGUMENT,
                f"output tensor alias not found in signature: {wanted}",
            )
        for name in wanted:
            response.outputs[name].CopyFrom(tf.make_tensor_proto(outputs[name]))
        return response

    def GetModelMetadata(self, request, context):
        spec = request.model_spec
        try:
            self._owner.check_model(spec.name, spec.version.value)
        except Refusal as refusal:
            context.abort(refusal.code, refusal.text)
        definitions = get_model_metadata_pb2.SignatureDefMap()
        for name, outputs in self._owner.outputs().items():
            for output in outputs:
                tensor = definitions.signature_def[name].outputs[output]
                tensor.name = f"{name}_{output}:0"
        response = get_model_metadata_pb2.GetModelMetadataResponse()
        response.metadata["signature_def"].Pack(definitions)
        return response


class _Models(model_service_pb2_grpc.ModelServiceServicer):
    def __init__(self, owner):
        self._owner = owner

    def GetModelStatus(self, request, context):
        spec = request.model_spec
        try:
            self._owner.check_model(spec.name, spec.version.value)
        except Refusal as refusal:
            context.abort(refusal.code, refusal.text)
        status = get_model_status_pb2.ModelVersionStatus(
            version=1, state=get_model_status_pb2.ModelVersionStatus.AVAILABLE
        )
        return get_model_status_pb2.GetModelStatusResponse(
            model_version_status=[status]
        )


class _RestHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner = None

    def do_GET(self):
        def status(name, version, _):
            self.owner.check_model(name, version)
            if self.path.endswith("/metadata"):
                return _metadata(self.owner.outputs())
            state = {"version": "1", "state": "AVAILABLE"}
            return {"model_version_status": [state]}

        self._answer(status, b"")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(self._predict, body)

    def _predict(self, name, version, body):
        try:
            request = json.loads(body)
            inputs = {
                key: _from_json(value)
                for key, value in request["inputs"].items()
            }
        except (ValueError, KeyError, AttributeError) as error:
            raise Refusal(
                grpc.StatusCode.INVALID_ARGUMENT, f"JSON Parse error: {error}"
            ) from error
        signature = request.get("signature_name", "serving_default")
        outputs = self.owner.predict(name, version, signature, inputs)
        plain = {key: _to_json(key, value) for key, value in outputs.items()}
        if len(plain) == 1:  # A single output goes without its name.
            (plain,) = plain.values()
        return {"outputs": plain}

    def _answer(self, function, body):
        match = _PATH.fullmatch(self.path)
        try:
            if not match:
                raise Refusal(
                    grpc.StatusCode.INVALID_ARGUMENT, "Malformed request"
                )
            answer = function(match[1], int(match[2] or 0), body)
            code = 200
        except Refusal as refusal:
            answer, code = {"error": refusal.text}, _HTTP_CODES[refusal.code]
        data = json.dumps(answer).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def _metadata(outputs):
    definitions = {
        name: {"outputs": {output: {} for output in found}}
        for name, found in outputs.items()
    }
    return {"metadata": {"signature_def": {"signature_def": definitions}}}


def _from_json(value):
    """A tensor of nested lists, or of objects with base64."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [base64.b64decode(item["b64"]) for item in value]
    return np.asarray(value, np.uint8)


def _to_json(name, value):
    """Strings are bytes only under a name that says so (json_tensor.cc)."""
    if value.dtype != object:
        return value.tolist()
    if name.endswith("_bytes"):
        return [{"b64": base64.b64encode(item).decode()} for item in value]
    return [item.decode("latin1") for item in value]


if __name__ == "__main__":
    server = ProtocolServer(sys.argv[1], *map(int, sys.argv[2:4]))
    print(f"grpc {server.grpc_port} rest {server.rest_port}", flush=True)
    threading.Event().wait()
