"""ModelArts' inference code: an image in, a class map out.

ModelArts' own engines and our container run this same file. It needs numpy
and Pillow only, and runs on Python 3.7, which those engines have.

    curl -F images=@photo.jpg ADDRESS
    curl -H 'Content-Type: application/json' -d '{"images": "BASE64"}' ADDRESS

answers

    {"class_map_png": "BASE64",            grey PNG, values are class ids
     "height": 720, "width": 960,
     "classes": [{"id": 0, "name": "road", "share": 0.31}, ...]}
"""

import base64
import binascii
import io
import json
import os

import numpy as np
from model_service.tfserving_model_service import TfServingBaseService
from PIL import Image

FIELD = "images"
MAX_PIXELS = 2**24
# Pillow knows more, some of which start other programs.
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
SERVER_READS = ("JPEG", "PNG")
ORIENTATION = 0x0112
TURNS = {
    2: Image.FLIP_LEFT_RIGHT,
    3: Image.ROTATE_180,
    4: Image.FLIP_TOP_BOTTOM,
    5: Image.TRANSPOSE,
    6: Image.ROTATE_270,
    7: Image.TRANSVERSE,
    8: Image.ROTATE_90,
}


class SegmentationService(TfServingBaseService):
    """Wraps the SavedModel's signature `serving_default`."""

    def _preprocess(self, data):
        """From a request to `{"image_bytes": [bytes]}`."""
        return {"image_bytes": [_upright_rgb(_one_file(data))]}

    def _postprocess(self, data):
        """From `{"classes": (1, H, W)}` to the answer."""
        classes = np.asarray(data["classes"][0], np.uint8)
        stream = io.BytesIO()
        Image.fromarray(classes).save(stream, "PNG")
        names = self._class_names()
        shares = np.bincount(classes.ravel(), minlength=len(names))
        shares = shares / float(classes.size)
        return {
            "class_map_png": base64.b64encode(stream.getvalue()).decode(),
            "height": int(classes.shape[0]),
            "width": int(classes.shape[1]),
            "classes": [
                {"id": index, "name": name, "share": float(shares[index])}
                for index, name in enumerate(names)
            ],
        }

    def _class_names(self):
        path = os.path.join(self.model_path, "tf_advseg.json")
        with open(path, encoding="utf-8") as stream:
            return json.load(stream)["classes"]


def _one_file(data):
    """The bytes of the one image in a request, form or JSON."""
    parts = data if isinstance(data, list) else [data]
    values = [
        value
        for part in parts
        if isinstance(part, dict)
        for key, value in part.items()
        if key == FIELD
    ]
    if len(values) != 1:
        raise ValueError(
            f"Expected one image in the field '{FIELD}'; received "
            f"{len(values)}."
        )
    value = values[0]
    if isinstance(value, dict):  # A form's files by name.
        if len(value) != 1:
            raise ValueError(
                f"Expected one file a request; received {len(value)}."
            )
        file = next(iter(value.values()))
        if not hasattr(file, "read"):
            raise ValueError(f"The field '{FIELD}' holds no file, but text.")
        return file.read()
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise ValueError(
            f"The field '{FIELD}' holds no base64: {error}."
        ) from error


def _upright_rgb(data):
    """JPEG or PNG bytes in which the network sees what a person sees."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise ValueError(
                    f"The image has {height} x {width} pixels; at most "
                    f"{MAX_PIXELS} are taken."
                )
            kind, mode = picture.format, picture.mode
            picture.load()
            turn = TURNS.get(_orientation(picture))
            if kind in SERVER_READS and mode == "RGB" and turn is None:
                return data
            stream = io.BytesIO()
            upright = picture if turn is None else picture.transpose(turn)
            upright.convert("RGB").save(stream, "PNG", compress_level=1)
            return stream.getvalue()
    except ValueError:
        raise
    except Exception as error:  # Decoders raise many kinds.
        raise ValueError(f"The image cannot be read: {error}.") from error


def _orientation(picture):
    """What EXIF or XMP notes of a camera's turn; 1 is upright."""
    if picture.format == "TIFF":
        return 1  # Its pixels come upright.
    try:
        value = picture.getexif().get(ORIENTATION, 1)
    except Exception:  # A damaged note says nothing.
        return 1
    return value if type(value) is int else 1
