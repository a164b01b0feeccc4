"""The README that lies in a serving folder, for the person who runs it."""

from tf_advseg.export.serving.compose import IMAGE_TAG

_TEXT = """\
# Serving NAME

    docker compose up -d
    docker compose ps          # "healthy" once the model is loaded and warm

Without Docker, with a `tensorflow_model_server` of version TAG or later: the
flags of compose.yaml, with this folder's paths in place of /models and
/config (also inside config/models.config).

## Ask it

    tf_advseg client --server=localhost:8500 \\
        --class_table=tf_advseg.json --input=photos --out=predictions

or with curl, one image, over REST:

    (printf '{"signature_name": "png", "inputs": {"image_bytes": [{"b64": "'
     base64 -w0 photo.jpg; printf '"}]}}') \\
      | curl -s --data-binary @- localhost:8501/v1/models/NAME:predict

The answer holds `class_map_png_bytes`, a base64 PNG whose grey values are
class ids (their names are in tf_advseg.json), and `mean_entropy`, from 0
(sure) to 1.

| signature | takes | gives |
| --- | --- | --- |
| `png` | JPEG or PNG bytes | class map as PNG, mean entropy: the small answer |
| `serving_default` | JPEG or PNG bytes | `classes`, uint8 (B, H, W) |
| `uint8` | uint8 (B, H, W, 3), RGB | `classes` |
| `scores` | uint8 (B, H, W, 3), RGB | all that is known of each pixel |

Images in one request need one size. The rotation that a camera notes in EXIF
is not applied by the server; the client above does.

## A new version, and back

    tf_advseg publish --run=RUN --out=THIS_FOLDER

adds models/NAME/2, whole or not at all; the server loads it within
seconds, warms it, and only then lets go of version 1. To go back: delete
folder 2, or pin a version in config/models.config. What a publish that was
killed left behind, the next one removes.

## Watch it

Prometheus: http://localhost:8501/monitoring/prometheus/metrics
State: http://localhost:8501/v1/models/NAME

UNAVAILABLE (REST: 503) means that the queue is full: the client tries again
by itself; more machines, or num_batch_threads in
config/batching_parameters.txt, help.

## A GPU

    TF_SERVING_IMAGE=tensorflow/serving:TAG-gpu docker compose up -d

after giving the service a GPU in compose.yaml (`deploy: resources:
reservations: devices: [{driver: nvidia, count: 1, capabilities: [gpu]}]`).
"""


def text(name: str) -> str:
    """Returns the README of a folder that serves the model `name`."""
    return _TEXT.replace("TAG", IMAGE_TAG).replace("NAME", name)
