"""What `tf_advseg.client` can be told, with its help."""

import dataclasses

from tf_advseg.base.checks import check_range
from tf_advseg.base.fields import setting


@dataclasses.dataclass(frozen=True)
class ClientSettings:
    """One run of the client. Each field is a flag."""

    server: str = setting(
        "localhost:8500",
        "HOST:PORT of the model server: gRPC, or REST on port 8501. Or with "
        "a scheme: grpc://, grpcs://, http://, https://.",
    )
    model_name: str = setting(
        "tf_advseg", "What the server calls the model (models.config)."
    )
    model_version: int = setting(0, "A version's number; 0: the newest.")
    input: str = setting(
        "", "An image, a folder, or a pattern in quotes ('photos/**/*.jpg')."
    )
    out: str = setting(
        "predictions",
        "Folder to write to. Paths below the input folder are kept in it; "
        "files of an earlier run are replaced, inputs never.",
    )
    save: str = setting(
        "classes,overlay",
        "What to save, separated by commas: 'classes' (PNG whose values are "
        "class ids, with colours), 'ids' (the same, grey), 'overlay' (JPEG), "
        "'entropy' (PNG; over gRPC only, since answers are large).",
    )
    classes: str = setting(
        "",
        "The tf_advseg.json with names and colours, or the serving folder "
        "that holds it; needed for all outputs but 'ids'.",
    )
    exact: bool = setting(
        False,
        "Send every image as PNG pixels, JPEGs too: larger, but the server's "
        "JPEG decoder cannot differ from ours.",
    )
    concurrency: int = setting(4, "Requests under way at once.")
    timeout: float = setting(30.0, "Seconds that one request may take.")
    retries: int = setting(
        6,
        "Further tries, after longer and longer waits, while the server is "
        "not available.",
    )
    max_request_mb: float = setting(
        32.0, "Largest image file that is sent, in MB."
    )
    max_answer_mb: float = setting(256.0, "Largest answer accepted, in MB.")

    def __post_init__(self):
        check_range("--concurrency", self.concurrency, 1, 256)
        check_range("--retries", self.retries, 0, 100)
        check_range("--model_version", self.model_version, 0)
        check_range("--timeout", self.timeout, 0.001, 86400)
        check_range("--max_request_mb", self.max_request_mb, 0.001, 1024)
        check_range("--max_answer_mb", self.max_answer_mb, 0.001, 2047)
