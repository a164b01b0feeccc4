"""`compose.yaml`: the server in a container, one command to start."""

IMAGE_TAG = "2.21.0"
"""TensorFlow promises that a SavedModel runs on its own minor version or a
later one, so the server is the TensorFlow that wrote the model, or newer."""

GRPC_PORT = 8500
REST_PORT = 8501

_COMPOSE = """\
# docker compose up -d        starts the server
# docker compose ps           "healthy" once the model is loaded and warm
#
# TensorFlow Serving has no log-in and no encryption of its own: it listens on
# this machine alone. TF_ADVSEG_BIND=0.0.0.0 opens it to the network; put a
# proxy with TLS in front then.
services:
  NAME:
    image: ${TF_SERVING_IMAGE:-tensorflow/serving:TAG}
    command:
      - --model_config_file=/config/models.config
      - --model_config_file_poll_wait_seconds=60
      - --file_system_poll_wait_seconds=5
      - --enable_batching=true
      - --batching_parameters_file=/config/batching_parameters.txt
      - --monitoring_config_file=/config/monitoring.config
      - --rest_api_timeout_in_ms=60000
    ports:
      - "${TF_ADVSEG_BIND:-127.0.0.1}:GRPC:8500"
      - "${TF_ADVSEG_BIND:-127.0.0.1}:REST:8501"
    volumes:
      - ./models:/models:ro
      - ./config:/config:ro
    security_opt:
      - no-new-privileges:true
    restart: unless-stopped
    # The image has neither curl nor wget; bash opens the connection itself.
    healthcheck:
      test:
        - CMD
        - bash
        - -c
        - |-
          HEALTH
      interval: 10s
      timeout: 5s
      retries: 3
      start_period: 120s
"""

_HEALTH = (
    "exec 3<>/dev/tcp/127.0.0.1/PORT && "
    "printf 'GET /v1/models/NAME HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' "
    ">&3 && grep -q '\"AVAILABLE\"' <&3"
)


def health_command(name: str, port: int = REST_PORT) -> str:
    """Returns a line of bash that succeeds while the model is served."""
    return _HEALTH.replace("PORT", str(port)).replace("NAME", name)


def compose_file(name: str) -> str:
    """Returns `compose.yaml` for one model."""
    text = _COMPOSE.replace("HEALTH", health_command(name))
    text = text.replace("GRPC", str(GRPC_PORT)).replace("REST", str(REST_PORT))
    return text.replace("TAG", IMAGE_TAG).replace("NAME", name)
