"""A model server's gRPC interface: PredictionService and ModelService."""

from typing import Any

import numpy as np

from tf_advseg.export.client.address import Address
from tf_advseg.export.client.errors import ImageRefusedError
from tf_advseg.export.client.errors import ServerError
from tf_advseg.export.client.errors import UnavailableError
from tf_advseg.export.client.service import check_outputs
from tf_advseg.export.serving.signatures import SIGNATURES

try:
    import grpc
    import tensorflow as tf
    from tensorflow_serving.apis import get_model_metadata_pb2
    from tensorflow_serving.apis import get_model_status_pb2
    from tensorflow_serving.apis import model_service_pb2_grpc
    from tensorflow_serving.apis import predict_pb2
    from tensorflow_serving.apis import prediction_service_pb2_grpc
except ImportError as error:
    raise ValueError(
        "gRPC needs the extra 'serving', which is not installed: pip install "
        "'tf-advseg[serving]'. Or use REST: --server=http://HOST:8501."
    ) from error

_OF_ONE_IMAGE = (
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.OUT_OF_RANGE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.DATA_LOSS,
)


class GrpcService:
    """A `Service` over one gRPC channel. Args as of `connect`."""

    def __init__(
        self,
        address: Address,
        model_name: str,
        model_version: int,
        timeout: float,
        max_answer: int,
    ):
        self._address, self._timeout = address, timeout
        self._name, self._version = model_name, model_version
        # The default of 4 MB is less than the class map of a large image.
        limits = [
            ("grpc.max_receive_message_length", max_answer),
            ("grpc.max_send_message_length", -1),
        ]
        target = address.host_and_port
        if address.is_secure:
            keys = grpc.ssl_channel_credentials()
            self._channel = grpc.secure_channel(target, keys, limits)
        else:
            self._channel = grpc.insecure_channel(target, limits)
        self._predictions = prediction_service_pb2_grpc.PredictionServiceStub(
            self._channel
        )
        self._models = model_service_pb2_grpc.ModelServiceStub(self._channel)

    def check(self, signature: str) -> None:
        """As `Service.check`."""
        self._check_loaded()
        request = get_model_metadata_pb2.GetModelMetadataRequest(
            metadata_field=["signature_def"]
        )
        self._name_model(request)
        answer = self._send(self._predictions.GetModelMetadata, request)
        definitions = get_model_metadata_pb2.SignatureDefMap()
        answer.metadata["signature_def"].Unpack(definitions)
        found = {
            name: list(definition.outputs)
            for name, definition in definitions.signature_def.items()
        }
        check_outputs(f"{self._name!r} at {self._address}", signature, found)

    def _check_loaded(self):
        request = get_model_status_pb2.GetModelStatusRequest()
        self._name_model(request)
        answer = self._send(self._models.GetModelStatus, request)
        states = [status.state for status in answer.model_version_status]
        available = get_model_status_pb2.ModelVersionStatus.AVAILABLE
        if available not in states:
            raise UnavailableError(
                f"The model {self._name!r} at {self._address} is not loaded."
            )

    def predict(
        self, signature: str, value: bytes | np.ndarray, outputs: tuple
    ) -> dict[str, Any]:
        """As `Service.predict`."""
        request = predict_pb2.PredictRequest()
        self._name_model(request)
        request.model_spec.signature_name = signature
        request.output_filter.extend(outputs)
        batch = [value] if isinstance(value, bytes) else value[np.newaxis]
        tensor = tf.make_tensor_proto(batch)
        request.inputs[SIGNATURES[signature][0]].CopyFrom(tensor)
        answer = self._send(self._predictions.Predict, request)
        try:
            return {
                name: tf.make_ndarray(answer.outputs[name])[0]
                for name in outputs
            }
        except (ValueError, TypeError, IndexError) as error:
            raise ServerError(
                f"{self._address} answered without a batch of "
                f"{', '.join(outputs)}: {error}. Is it our model?"
            ) from error

    def close(self) -> None:
        """As `Service.close`."""
        self._channel.close()

    def _name_model(self, request):
        request.model_spec.name = self._name
        if self._version:
            request.model_spec.version.value = self._version

    def _send(self, method, request):
        try:
            return method(request, timeout=self._timeout)
        except grpc.RpcError as error:
            raise self._as_our_error(error.code(), error.details()) from None

    def _as_our_error(self, code, details):
        text = f"{code.name}: {details}"
        if code == grpc.StatusCode.UNAVAILABLE:
            return UnavailableError(f"{self._address} is not available: {text}")
        if code == grpc.StatusCode.DEADLINE_EXCEEDED:
            text = f"no answer within {self._timeout:g} s (--timeout)"
        if code in _OF_ONE_IMAGE:
            return ImageRefusedError(text)
        return ServerError(f"{self._address} does not serve: {text}")
