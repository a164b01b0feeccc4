"""The package's files that are neither Python nor JSON."""

DOCKERFILE = """\
# Build from the folder above, which holds model/ and image/:
#   docker build -f image/Dockerfile -t tf-advseg-server .
#   docker run --rm -p 8080:8080 tf-advseg-server
#   curl localhost:8080/health
#   curl -F images=@photo.jpg localhost:8080/
FROM python:3.11-slim

RUN pip install --no-cache-dir "tensorflow==2.21.*" "pillow>=11" "numpy>=1.26"

# ModelArts runs containers as ma-user; nothing here needs more.
RUN useradd --uid 1000 --gid 100 --create-home ma-user
COPY --chown=1000:100 image/server.py image/connections.py \\
  image/waiting_line.py image/form_data.py /home/server/
COPY --chown=1000:100 image/model_service /home/server/model_service
COPY --chown=1000:100 image/run.sh /home/run.sh
COPY --chown=1000:100 model /home/model
USER 1000:100

# Outside a container the server listens on 127.0.0.1 only.
ENV HOST=0.0.0.0 PORT=8080
ENV MODEL_DIR=/home/model PYTHONUNBUFFERED=1 TF_CPP_MIN_LOG_LEVEL=2
EXPOSE 8080
HEALTHCHECK --start-period=120s --interval=10s --timeout=5s CMD python -c \\
  "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/health')"
# Where ModelArts' batch services look for the boot file.
CMD ["sh", "/home/run.sh"]
"""

RUN_SCRIPT = """\
#!/bin/sh
# exec: the server itself receives SIGTERM and finishes what is under way.
cd /home/server && exec python server.py
"""

README = """\
# A model for ModelArts

Check the package first; it needs no network:

    python -m tf_advseg.export.modelarts.validate .

## As a container (recommended)

`image/` serves the model with the TensorFlow that wrote it, on port 8080:

    docker build -f image/Dockerfile -t tf-advseg-server .
    docker run --rm -p 8080:8080 tf-advseg-server
    curl localhost:8080/health
    curl -F images=@photo.jpg localhost:8080/

Push it to SWR and create the model with "Container image" as its source. The
request, the answer and the health check to enter are in
`image/model/config.json`; to import that folder from OBS instead, add
`"swr_location"` to it.

## In ModelArts' own TensorFlow engine

Copy the folder to OBS and create the model from it: `model/` holds the
SavedModel, `config.json` and `customize_service.py`. Try this one before you
count on it: the newest TensorFlow among those engines is 2.6, this model was
written by 2.21, and TensorFlow only promises that a later version reads what
an earlier one wrote.

## The answer

    {"class_map_png": "BASE64", "height": 720, "width": 960,
     "classes": [{"id": 0, "name": "road", "share": 0.31}, ...]}

`class_map_png` is a grey PNG of the image's own size whose values are class
ids; `share` is a class's part of the pixels. One image a request, at most
16,777,216 pixels. ModelArts' gateway ends a request after 40 s.

`f1` in `metrics`, where it is given, is the mean over classes of
2 IoU / (1 + IoU) on the labelled images that the run was evaluated on, and
`accuracy` the share of their pixels that were right.
"""
