"""Predictions of image files, folders and videos, streamed to disk."""

from tf_advseg.prediction.inputs import InputFile
from tf_advseg.prediction.inputs import find_inputs
from tf_advseg.prediction.outputs import PredictionWriter
from tf_advseg.prediction.outputs import check_outputs
from tf_advseg.prediction.outputs import output_path
from tf_advseg.prediction.run import PredictionRun
from tf_advseg.prediction.run import predict_files
from tf_advseg.prediction.run import without_faults
from tf_advseg.prediction.run import write_all
from tf_advseg.prediction.stream import Fault
from tf_advseg.prediction.stream import Picture
from tf_advseg.prediction.stream import Prediction
from tf_advseg.prediction.stream import predict_pictures
from tf_advseg.prediction.stream import read_pictures
from tf_advseg.settings.parts.places import KINDS
from tf_advseg.settings.parts.places import parse_kinds

__all__ = [
    "KINDS",
    "Fault",
    "InputFile",
    "Picture",
    "Prediction",
    "PredictionRun",
    "PredictionWriter",
    "check_outputs",
    "find_inputs",
    "output_path",
    "parse_kinds",
    "predict_files",
    "predict_pictures",
    "read_pictures",
    "without_faults",
    "write_all",
]
