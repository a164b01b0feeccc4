"""`.tflite` files of one fixed size, for devices and browsers."""

from tf_advseg.export.formats.format import Format
from tf_advseg.export.formats.tflite.making import KIND
from tf_advseg.export.formats.tflite.making import check
from tf_advseg.export.formats.tflite.making import write
from tf_advseg.export.formats.tflite.operators import read_operators
from tf_advseg.export.formats.tflite.runtime import TFLiteRuntime
from tf_advseg.export.formats.tflite.stages import tflite_stages

FORMAT = Format(
    kind=KIND,
    write=write,
    load=TFLiteRuntime,
    check=check,
    stages=tflite_stages,
    operators=read_operators,
)
