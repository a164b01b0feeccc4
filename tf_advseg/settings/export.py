"""Everything that `tf_advseg.export` can be told, with its help."""

import dataclasses

from tf_advseg.base import checks
from tf_advseg.base.fields import parse_size
from tf_advseg.base.fields import setting
from tf_advseg.settings.model import ModelSettings

SAVED_MODEL = "saved_model"
TFLITE_PREFIX = "tflite_"
FORMATS = (
    SAVED_MODEL,
    "tflite_float32",
    "tflite_float16",
    "tflite_dynamic",
    "tflite_int8",
)
ONNX = "onnx"
PACKAGES = ("serving", "modelarts")
"""Folders for a server, made of the SavedModel."""
CALIBRATIONS = ("target", "source")
QUANTIZERS = ("both", "converter", "litert")


@dataclasses.dataclass(frozen=True)
class Thresholds:
    """What an artefact must reach, in percent and points of mIoU.

    Attributes:
        exact_agreement: Pixels on which a SavedModel, or a float32 file, has
            the class that Keras has.
        float16_agreement: The same for float16.
        quantised_miou_drop: The most mIoU that "dynamic" and "int8" may lose
            against Keras, where there are labels.
        quantised_agreement: Their pixels that agree, where there are none.
    """

    exact_agreement: float = 99.99
    float16_agreement: float = 99.9
    quantised_miou_drop: float = 0.5
    quantised_agreement: float = 95.0


@dataclasses.dataclass(frozen=True)
class ExportSettings(ModelSettings):
    """One export. Each field is a flag; its help says what it does."""

    run: str = setting(
        "",
        "The folder of a training run: its model (unless --model names "
        "others), and its domains for calibration and for the gate.",
    )
    formats: str = setting(
        ",".join(FORMATS),
        "What to write, separated by commas; also 'onnx' (a file of a fixed "
        "size, by the extra 'onnx'), 'serving' (a version in a "
        "folder for TensorFlow Serving) and 'modelarts' (a package for "
        "ModelArts), both with the SavedModel.",
    )
    sizes: str = setting(
        "",
        "HEIGHTxWIDTH of .tflite and .onnx files, several separated by "
        "commas; default: --size. Each gets a file of its own.",
    )
    out: str = setting("", "Folder to write to; default: export/ in the run.")
    max_pixels: int = setting(
        2**24,
        "The most pixels that the images of one request to the SavedModel "
        "may have together; larger ones get an error, not memory.",
    )
    calibration: str = setting(
        "target",
        "Which domain's images 8-bit activations are calibrated on: 'target' "
        "(no label is read) or, to compare, 'source'.",
    )
    calibration_images: int = setting(
        100, "How many images to calibrate on, evenly spread."
    )
    target: str = setting("", "The target domain; default: the run's.")
    source: str = setting("", "The source domain; default: the run's.")
    classes: str = setting(
        "", "As for training, for a --source or --target given here."
    )
    split: str = setting(
        "", "Split of the target to calibrate on; default: the run's."
    )

    quantizer: str = setting(
        "both",
        "Who makes files of fewer bits: TensorFlow's 'converter', 'litert' "
        "(litert-quantizer, the extra 'quantize'), or 'both': then the one "
        "whose classes agree better with Keras' is kept.",
    )

    gate: bool = setting(
        True,
        "Run Keras and every artefact on the same images, each in a process "
        "of its own, and publish only what is the same model.",
    )
    gate_split: str = setting(
        "", "Split of the target for the gate; default: the run's eval_split."
    )
    batch_size: int = setting(
        3,
        "Images that the gate also sends to the SavedModel at once: a batch "
        "must give what its images give alone.",
    )
    gate_images: int = setting(50, "How many images, evenly spread.")
    threads: int = setting(2, "Threads of every process of the gate.")
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

    def __post_init__(self):
        if not self.model_paths:
            raise ValueError(
                "Say what to export: --run=RUN_FOLDER, or --model=FILE.keras "
                "(several separated by commas make one ensemble)."
            )
        super().__post_init__()
        for name in self.format_names:
            checks.check_choice("format", name, (*FORMATS, ONNX, *PACKAGES))
        checks.check_choice("--calibration", self.calibration, CALIBRATIONS)
        checks.check_choice("--quantizer", self.quantizer, QUANTIZERS)
        for name in (
            "max_pixels",
            "calibration_images",
            "gate_images",
            "threads",
        ):
            checks.check_range(f"--{name}", getattr(self, name), 1)
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

    @property
    def precisions(self) -> list[str]:
        """The precisions of the .tflite files."""
        return [
            name.removeprefix(TFLITE_PREFIX)
            for name in self.format_names
            if name.startswith(TFLITE_PREFIX)
        ]
