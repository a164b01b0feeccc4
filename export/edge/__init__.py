"""The edge runner: one file that runs a deployed .tflite on a device.

`bundle.write_bundle` packs the modules of this folder, `bundle` aside, into
`tf_advseg_edge.pyz`. There they are a package of another name, so they
import each other relatively; and they need nothing but ai-edge-litert, numpy
and Pillow, on Python 3.9 and later.

    python tf_advseg_edge.pyz model_int8.tflite photos --out predictions
"""
