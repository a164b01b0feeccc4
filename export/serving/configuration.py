"""The server's own files: models, batching, monitoring; as texts.

All three are protocol buffers in text form, of the messages ModelServerConfig,
BatchingParameters and MonitoringConfig of TensorFlow Serving.
"""

MODELS = """\
# Which models the server offers. A new version is a new numbered folder, not
# a change here. To go back to version 3, say, add to the config below
#   model_version_policy { specific { versions: 3 } }
# The file is read again every minute.
model_config_list {
  config {
    name: "NAME"
    base_path: "/models/NAME"
    model_platform: "tensorflow"
  }
}
"""

BATCHING = """\
# How many images are in work at once, and how many may wait.
#
# The server could put images of several clients into one batch. It must not
# here, as it stands: a batch needs images of one size, and one client's broken
# image would fail its neighbours'. So every batch is one image, requests with
# up to 16 are taken apart, and what this file gives is a bound: where all
# threads are busy and the queue is full, a request is turned away at once with
# UNAVAILABLE and the client tries again later.
#
# On a GPU, with clients that all send one size, try 4 or 8 for
# max_execution_batch_size and 2000 for batch_timeout_micros, and measure.
max_batch_size { value: 16 }
enable_large_batch_splitting { value: true }
max_execution_batch_size { value: 1 }
batch_timeout_micros { value: 0 }
# About one a core; an image of its own uses several cores, too.
num_batch_threads { value: 4 }
max_enqueued_batches { value: 64 }
"""

MONITORING = """\
# Counts and latencies for Prometheus, on the REST port.
prometheus_config {
  enable: true
  path: "/monitoring/prometheus/metrics"
}
"""


def models_config(name: str) -> str:
    """Returns `models.config` for one model."""
    return MODELS.replace("NAME", name)
