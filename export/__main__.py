"""Exports a trained model, or an ensemble, to files that run without it.

    python -m tf_advseg.export --run=runs/20250101-advent \\
        --formats=saved_model,tflite_float32,tflite_int8

writes runs/20250101-advent/export/ with a SavedModel (for TensorFlow Serving)
and .tflite files (for devices). Images go in as they are, class maps come
out: resizing, normalisation and arg-max are inside. 8-bit activations are
calibrated on unlabelled target images.
"""

from tf_advseg import command_line
from tf_advseg import config
from tf_advseg.export_settings import ExportSettings

config.define_flags(ExportSettings)


def main(_) -> int:
    """Runs what the flags say; returns the exit status."""
    from tf_advseg import export_command

    settings = config.settings_from_flags(ExportSettings)
    return export_command.run(settings)


if __name__ == "__main__":
    command_line.launch(main)
