"""Sends images to a model server; saves class maps and overlays.

    tf_advseg client --server=localhost:8500 \\
        --class_table=serving/tf_advseg.json --input=photos --out=predictions

The server is TensorFlow Serving with a folder of `tf_advseg publish`; port
8500 speaks gRPC, 8501 REST. Outputs lie as those of `tf_advseg predict`. An
image that cannot be read or is refused is named, skipped and counted: the
exit status is 3 then. While the server is not available the client tries
again, after longer and longer waits.
"""

import dataclasses

from tf_advseg.base.fields import setting
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.model import ServedModelSettings
from tf_advseg.settings.parts.places import ImagesSettings


@dataclasses.dataclass(frozen=True)
class ClientSettings(ServedModelSettings, ImagesSettings):
    """One run of the client."""

    GROUP = "Requests"

    server: str = setting(
        "localhost:8500",
        "HOST:PORT of the model server: gRPC, or REST on port 8501. Or with "
        "a scheme: grpc://, grpcs://, http://, https://.",
        group=COMMON,
    )
    class_table: str = setting(
        "",
        "The tf_advseg.json with names and colours, or a folder that holds "
        "it: of the server, a SavedModel or an export; needed for all outputs "
        "but 'ids'.",
        group=COMMON,
        was="classes",
    )
    model_version: int = setting(0, "A version's number; 0: the newest.", low=0)
    exact: bool = setting(
        False,
        "Send every image as PNG pixels, JPEGs too: larger, but the server's "
        "JPEG decoder cannot differ from ours.",
    )
    concurrency: int = setting(
        4, "Requests under way at once.", low=1, high=256
    )
    timeout: float = setting(
        30.0, "Seconds that one request may take.", low=0.001, high=86400
    )
    retries: int = setting(
        6,
        "Further tries, after longer and longer waits, while the server is "
        "not available.",
        low=0,
        high=100,
    )
    max_request_mb: float = setting(
        32.0, "Largest image file that is sent, in MB.", low=0.001, high=1024
    )
    max_answer_mb: float = setting(
        256.0, "Largest answer accepted, in MB.", low=0.001, high=2047
    )


COMMAND = Command(ClientSettings, place=80)
