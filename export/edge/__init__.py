"""The edge runner: one file that runs a deployed .tflite on a device.

`bundle.write_bundle` packs this folder, `bundle` aside, into
`tf_advseg_edge.pyz`. There it is a package of another name, so its modules
import each other relatively; and they need nothing but ai-edge-litert, numpy
and Pillow, on Python 3.9 and later.

    python tf_advseg_edge.pyz model_int8.tflite photos --out predictions
"""
