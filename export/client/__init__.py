"""Asks a model server, TensorFlow Serving or one like it, for class maps."""

from tf_advseg.export.client.address import Address
from tf_advseg.export.client.address import parse_address
from tf_advseg.export.client.class_table import ClassTable
from tf_advseg.export.client.class_table import read_class_table
from tf_advseg.export.client.connecting import connect
from tf_advseg.export.client.errors import ImageRefusedError
from tf_advseg.export.client.errors import ServerError
from tf_advseg.export.client.errors import UnavailableError
from tf_advseg.export.client.retry import retrying
from tf_advseg.export.client.run import RemoteRun
from tf_advseg.export.client.run import predict_remotely
from tf_advseg.export.client.run import signature_for
from tf_advseg.export.client.service import Service

__all__ = [
    "Address",
    "ClassTable",
    "ImageRefusedError",
    "RemoteRun",
    "ServerError",
    "Service",
    "UnavailableError",
    "connect",
    "parse_address",
    "predict_remotely",
    "read_class_table",
    "retrying",
    "signature_for",
]
