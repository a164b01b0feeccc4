"""Exports a trained model, or an ensemble, to files that run without it.

    tf_advseg export --run=runs/20250101-advent \\
        --formats=saved_model,tflite_float32,tflite_int8

writes runs/20250101-advent/export/ with a SavedModel (for TensorFlow Serving)
and .tflite files (for devices). Images go in as they are, class maps come
out: resizing, normalisation and arg-max are inside. 8-bit activations are
calibrated on unlabelled target images. The run gives the model, unless --model
names others, and the domains for calibration and for the gate.
"""

import dataclasses

from tf_advseg.base import checks
from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import parse_size
from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts import finding
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.data import ClassesSettings
from tf_advseg.settings.parts.data import DomainSettings
from tf_advseg.settings.parts.model import ModelSettings
from tf_advseg.settings.parts.model import SignSettings
from tf_advseg.settings.parts.places import OutSettings
from tf_advseg.settings.parts.places import PushToSettings
from tf_advseg.settings.parts.places import RunSettings

SAVED_MODEL = "saved_model"
ONNX = "onnx"
FORMATS = {
    SAVED_MODEL: "saved_model",
    "tflite_float32": "tflite",
    "tflite_float16": "tflite",
    "tflite_dynamic": "tflite",
    "tflite_int8": "tflite",
    ONNX: "onnx",
}
"""What --formats may name, each with its module in `export/formats`."""
PACKAGES = ("serving", "modelarts")
"""Folders for a server, made of the SavedModel."""


@dataclasses.dataclass(frozen=True)
class Thresholds(Settings):
    """What an artefact must reach, in percent and points of mIoU."""

    GROUP = "Artefacts and their gate"

    exact_agreement: float = setting(
        99.99,
        "Percent of pixels on which the SavedModel and float32 must have the "
        "class that Keras has.",
    )
    float16_agreement: float = setting(99.9, "The same for float16.")
    quantised_miou_drop: float = setting(
        0.5,
        "Points of mIoU that 'dynamic' and 'int8' may lose against Keras, "
        "where the split has labels.",
    )
    quantised_agreement: float = setting(
        95.0, "Percent of pixels on which they must agree, where it has none."
    )


@dataclasses.dataclass(frozen=True)
class ExportSettings(
    Thresholds,
    ModelSettings,
    ClassesSettings,
    DomainSettings,
    OutSettings,
    RunSettings,
    SignSettings,
    PushToSettings,
):
    """One export."""

    model: str = same(ModelSettings, "model", "", unset="the run's")
    run: str = same(RunSettings, "run", "", finds=finding.find_model)
    out: str = same(OutSettings, "out", "", unset="export/ in the run")
    formats: str = setting(
        ",".join(name for name in FORMATS if name != ONNX),
        "What to write, separated by commas; also 'onnx' (a file of a fixed "
        "size, by the extra 'onnx'), 'serving' (a version in a "
        "folder for TensorFlow Serving) and 'modelarts' (a package for "
        "ModelArts), both with the SavedModel.",
        group=COMMON,
    )
    sizes: str = setting(
        "",
        "HEIGHTxWIDTH of .tflite and .onnx files, several separated by "
        "commas. Each gets a file of its own.",
        unset="--size",
        group=COMMON,
    )
    max_pixels: int = setting(
        2**24,
        "The most pixels that the images of one request to the SavedModel "
        "may have together; larger ones get an error, not memory.",
        low=1,
    )
    calibration: str = setting(
        "target",
        "Which domain's images 8-bit activations are calibrated on: 'target' "
        "(no label is read) or, to compare, 'source'.",
        choices=("target", "source"),
    )
    calibration_images: int = setting(
        100, "How many images to calibrate on, evenly spread.", low=1
    )
    calibration_split: str = setting(
        "",
        "Split of the target to calibrate on.",
        unset="the run's",
        was="split",
    )
    quantizer: str = setting(
        "both",
        "Who makes files of fewer bits: TensorFlow's 'converter', 'litert' "
        "(litert-quantizer, the extra 'quantize'), or 'both': then the one "
        "whose classes agree better with Keras' is kept.",
        choices=("both", "converter", "litert"),
    )
    gate: bool = setting(
        True,
        "Run Keras and every artefact on the same images, each in a process "
        "of its own, and publish only what is the same model.",
    )
    gate_split: str = setting(
        "", "Split of the target for the gate.", unset="the run's eval_split"
    )
    gate_batch_size: int = setting(
        3,
        "Images that the gate also sends to the SavedModel at once: a batch "
        "must give what its images give alone.",
        low=1,
        was="batch_size",
    )
    gate_images: int = setting(
        50, "How many images, evenly spread, the gate looks at.", low=1
    )
    threads: int = setting(2, "Threads of every process of the gate.", low=1)
    model_licence: str = setting(
        "",
        "The licence that the model's card states, as Hugging Face calls it: "
        "'apache-2.0', 'other', ...",
        unset="the card says 'unknown'",
    )

    def __post_init__(self):
        if not self.model_paths:
            raise ValueError(
                "Say what to export: --run=RUN_FOLDER, or --model=FILE.keras "
                "(several separated by commas make one ensemble)."
            )
        super().__post_init__()
        if self.push_to and not self.gate:
            raise ValueError(
                "--push_to is for what the gate let through; leave --nogate "
                "out, or use `tf_advseg push --ungated`."
            )
        for name in self.format_names:
            checks.check_choice("format", name, (*FORMATS, *PACKAGES))
        if None in map(parse_size, self.sizes.split(",")) and self.sizes:
            raise ValueError(
                "--sizes needs HEIGHTxWIDTH: a .tflite file has a fixed size; "
                f"received {self.sizes!r}."
            )

    @property
    def model_paths(self) -> list[str]:
        """The models to export; the run's own without --model."""
        return super().model_paths or ([self.run] if self.run else [])

    @property
    def format_names(self) -> list[str]:
        """The names in `formats`, and the SavedModel that packages need."""
        names = [name.strip() for name in self.formats.split(",")]
        if set(names) & set(PACKAGES) and SAVED_MODEL not in names:
            names.insert(0, SAVED_MODEL)
        return names

    @property
    def thresholds(self) -> Thresholds:
        """What the gate asks for."""
        fields = dataclasses.fields(Thresholds)
        return Thresholds(**{f.name: getattr(self, f.name) for f in fields})


COMMAND = Command(ExportSettings, place=60)
