"""A model server's gRPC interface: PredictionService and ModelService."""

# Messages are made when their modules are imported: nothing to read before.
# pyright: reportAttributeAccessIssue=false

from typing import Any

import grpc
import tensorflow as tf
from tensorflow_serving.apis import get_model_metadata_pb2
from tensorflow_serving.apis import get_model_status_pb2
from tensorflow_serving.apis import model_service_pb2_grpc
from tensorflow_serving.apis import predict_pb2
from tensorflow_serving.apis import prediction_service_pb2_grpc

from tf_advseg.export.client.service import Service

_AVAILABLE = get_model_status_pb2.ModelVersionStatus.AVAILABLE


class GrpcService(Service):
    """A `Service` over one gRPC channel. Args as of `Service`."""

    unavailable = (grpc.StatusCode.UNAVAILABLE,)
    of_one_image = (
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.FAILED_PRECONDITION,
        grpc.StatusCode.OUT_OF_RANGE,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.DATA_LOSS,
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        # The default of 4 MB is less than the class map of a large image.
        limits = [
            ("grpc.max_receive_message_length", self._max_answer),
            ("grpc.max_send_message_length", -1),
        ]
        target = self._address.host_and_port
        if self._address.is_secure:
            keys = grpc.ssl_channel_credentials()
            self._channel = grpc.secure_channel(target, keys, limits)
        else:
            self._channel = grpc.insecure_channel(target, limits)
        self._predictions = prediction_service_pb2_grpc.PredictionServiceStub(
            self._channel
        )
        self._models = model_service_pb2_grpc.ModelServiceStub(self._channel)

    def close(self) -> None:
        """As `Service.close`."""
        self._channel.close()

    def _is_loaded(self):
        request = get_model_status_pb2.GetModelStatusRequest()
        answer = self._send(self._models.GetModelStatus, request)
        states = [status.state for status in answer.model_version_status]
        return _AVAILABLE in states

    def _signatures(self):
        request = get_model_metadata_pb2.GetModelMetadataRequest(
            metadata_field=["signature_def"]
        )
        answer = self._send(self._predictions.GetModelMetadata, request)
        found = get_model_metadata_pb2.SignatureDefMap()
        answer.metadata["signature_def"].Unpack(found)
        return {
            name: list(definition.outputs)
            for name, definition in found.signature_def.items()
        }

    def _ask(self, signature, input_name, batch, outputs):
        request = predict_pb2.PredictRequest()
        request.model_spec.signature_name = signature
        request.output_filter.extend(outputs)
        request.inputs[input_name].CopyFrom(tf.make_tensor_proto(batch))
        return self._send(self._predictions.Predict, request)

    def _of_first(self, answer, outputs):
        return {
            name: tf.make_ndarray(answer.outputs[name])[0] for name in outputs
        }

    def _send(self, method: Any, request: Any) -> Any:
        request.model_spec.name = self._name
        if self._version:
            request.model_spec.version.value = self._version
        try:
            return method(request, timeout=self._timeout)
        except grpc.RpcError as error:
            code, details = error.code(), error.details()
        if code == grpc.StatusCode.DEADLINE_EXCEEDED:
            raise self._no_answer()
        raise self._error(code, f"{code.name}: {details}")
