"""Exports a trained model, or an ensemble, to files that run without it.

    python -m tf_advseg.export --run=runs/20250101-advent \\
        --formats=saved_model,tflite_float32,tflite_int8

writes runs/20250101-advent/export/ with a SavedModel (for TensorFlow Serving)
and .tflite files (for devices). Images go in as they are, class maps come
out: resizing, normalisation and arg-max are inside. 8-bit activations are
calibrated on unlabelled target images.
"""

from tf_advseg.base import fields as config
from tf_advseg.base.process import launch as command_line
from tf_advseg.settings.export import ExportSettings

config.define_flags(ExportSettings)


def main(_) -> int:
    """Runs what the flags say; returns the exit status."""
    from tf_advseg.commands import export as export_command

    settings = config.settings_from_flags(ExportSettings)
    return export_command.run(settings)


if __name__ == "__main__":
    command_line.launch(main)
