"""What TensorFlow Serving needs around an exported SavedModel."""

from tf_advseg.export.serving.folder import PublishedVersion
from tf_advseg.export.serving.folder import publish
from tf_advseg.export.serving.signatures import check_signatures
from tf_advseg.export.serving.signatures import read_signatures
from tf_advseg.export.serving.warmup import WARMUP_FILE

__all__ = [
    "WARMUP_FILE",
    "PublishedVersion",
    "check_signatures",
    "publish",
    "read_signatures",
]
