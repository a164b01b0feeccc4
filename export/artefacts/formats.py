"""From settings to artefacts: which formats, which sizes, made by whom."""

from collections.abc import Callable

from tf_advseg.base.fields import parse_size
from tf_advseg.export.artefacts import onnx_model
from tf_advseg.export.artefacts import quantizer
from tf_advseg.export.artefacts.calibration import without_outliers
from tf_advseg.export.artefacts.exporter import CONVERTER
from tf_advseg.export.artefacts.exporter import QUANTIZER
from tf_advseg.export.artefacts.exporter import Artefact
from tf_advseg.export.artefacts.exporter import Exporter
from tf_advseg.export.artefacts.exporter import HomeImages
from tf_advseg.export.domains import ExportDomains
from tf_advseg.networks.ensemble_file import LoadedEnsemble
from tf_advseg.settings.export import ONNX
from tf_advseg.settings.export import SAVED_MODEL
from tf_advseg.settings.export import ExportSettings

_NO_QUANTIZER = (
    "litert-quantizer is not installed (pip install 'tf-advseg[quantize]'): "
    "files of fewer bits are the converter's."
)


def makers(settings: ExportSettings) -> tuple[list[str], list[str]]:
    """Who makes files of fewer bits, and notes on who could not.

    Raises:
        ValueError: If the settings want what is not installed.
    """
    if ONNX in settings.format_names:
        onnx_model.require_onnx()
    if settings.quantizer == "converter":
        return [CONVERTER], []
    if quantizer.quantizer_library() is None:
        if settings.quantizer == "litert":
            raise ValueError(
                "--quantizer=litert needs the extra 'quantize', which is not "
                "installed: pip install 'tf-advseg[quantize]'."
            )
        return [CONVERTER], [_NO_QUANTIZER]
    if settings.quantizer == "litert":
        return [QUANTIZER], []
    return [CONVERTER, QUANTIZER], []


def fixed_sizes(
    settings: ExportSettings, size: tuple[int, int] | None
) -> list[tuple[int, int]]:
    """The sizes (H, W) of files that have a fixed one.

    Args:
        settings: Of the export.
        size: That which the model's images are resized to, None for theirs.

    Raises:
        ValueError: If such files are wanted and no size is known.
    """
    if not settings.precisions and ONNX not in settings.format_names:
        return []
    if settings.sizes:
        return [parse_size(text) for text in settings.sizes.split(",")]
    if size is None:
        raise ValueError(
            "A .tflite or .onnx file has a fixed size, but the model keeps "
            "each image's own; give --sizes=HEIGHTxWIDTH."
        )
    return [size]


def write_artefacts(
    settings: ExportSettings,
    exporter: Exporter,
    domains: ExportDomains,
    loaded: LoadedEnsemble,
    size: tuple[int, int] | None,
    write: Callable[[str], None],
) -> list[Artefact]:
    """Writes all that the settings ask for into the exporter's workshop."""
    artefacts = []
    sizes = fixed_sizes(settings, size)
    several = len(sizes) > 1
    if SAVED_MODEL in settings.format_names:
        write("Writing saved_model")
        artefacts.append(exporter.saved_model(size, settings.max_pixels))
    for height, width in sizes:
        if settings.precisions:
            write(f"Writing {', '.join(settings.precisions)}, {height}x{width}")
            artefacts += exporter.tflite(
                (height, width),
                settings.precisions,
                _calibration(settings, domains, loaded, (height, width), write),
                with_size=several,
            )
        if ONNX in settings.format_names:
            write(f"Writing onnx, {height}x{width}")
            artefacts.append(exporter.onnx((height, width), several))
    return artefacts


def _calibration(settings, domains, loaded, size, write) -> HomeImages:
    """Only int8 looks at them, and so pays for their choice."""
    images = domains.calibration_images(loaded)
    if "int8" not in settings.precisions:
        return images
    return without_outliers(images, loaded.ensemble, size, write)
