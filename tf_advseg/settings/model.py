"""What the commands that use a trained model can be told, with its help."""

import dataclasses

from tf_advseg.base.checks import check_choice
from tf_advseg.base.checks import check_range
from tf_advseg.base.fields import parse_size
from tf_advseg.base.fields import setting

RUNNERS = ("local", "beam")


@dataclasses.dataclass(frozen=True)
class ModelSettings:
    """Which model, or models, and how they see images."""

    model: str = setting(
        "",
        "A .keras file or the folder of a training run (its best.keras, or "
        "else last.keras). Several, separated by commas, predict together.",
    )
    weights: str = setting(
        "", "Weights of several models, '0.7,0.3'; default: equal."
    )
    combine: str = setting(
        "logits", "What several models add up: 'logits' or 'probabilities'."
    )
    size: str = setting(
        "",
        "HEIGHTxWIDTH that images are resized to for the network, or "
        "'native'; default: the size in the model's file.",
    )
    batch_size: int = setting(
        1, "Neighbouring images of equal size that are predicted at once."
    )

    def __post_init__(self):
        if not self.model_paths:
            raise ValueError(
                "Say which model: --model=RUN_FOLDER or --model=FILE.keras; "
                "several separated by commas predict together."
            )
        if self.batch_size < 1:
            raise ValueError(
                f"--batch_size must be at least 1; received {self.batch_size}."
            )
        parse_size(self.size)
        parse_weights(self.weights)

    @property
    def model_paths(self) -> list[str]:
        """The paths in `model`."""
        paths = (path.strip() for path in self.model.split(","))
        return [path for path in paths if path]

    @property
    def model_weights(self) -> list[float] | None:
        """The numbers in `weights`, or None for equal ones."""
        return parse_weights(self.weights)


@dataclasses.dataclass(frozen=True)
class PredictSettings(ModelSettings):
    """One prediction run. Each field is a flag; its help says what it does."""

    input: str = setting(
        "",
        "An image, a video, a folder, or a pattern in quotes "
        "('photos/**/*.jpg').",
    )
    out: str = setting(
        "predictions",
        "Folder to write to. Paths below the input folder are kept in it; "
        "files of an earlier run are replaced, inputs never.",
    )
    save: str = setting(
        "classes,overlay",
        "What to save, separated by commas: 'classes' (PNG whose values are "
        "class ids, with colours), 'ids' (the same, grey), 'overlay' (JPEG), "
        "'entropy' (PNG, value / 255 = normalised entropy).",
    )
    runner: str = setting(
        "local",
        "'local': in this process. 'beam': in shards, with Apache Beam (extra "
        "'beam'); started again after a crash it goes on where it was.",
    )
    shard_size: int = setting(50, "Images in a shard, with --runner=beam.")
    beam_options: str = setting(
        "",
        "Beam's own options, '--runner=FlinkRunner --parallelism=8' say; "
        "default: Beam's local runner.",
    )

    def __post_init__(self):
        super().__post_init__()
        check_choice("runner", self.runner, RUNNERS)
        check_range("--shard_size", self.shard_size, 1)


@dataclasses.dataclass(frozen=True)
class EvaluateSettings(ModelSettings):
    """One evaluation. Each field is a flag; its help says what it does."""

    target: str = setting(
        "streets-real",
        "The domain to evaluate on: a registered name or a folder with "
        "images/ and labels/.",
    )
    classes: str = setting(
        "",
        "YAML file that says what the labels of a --target folder mean; "
        "default: classes.yaml in that folder, or else the model's ids.",
    )
    split: str = setting("val", "The split of the target.")
    subsets: str = setting(
        "",
        "Further means, separated by commas: cityscapes19, cityscapes16, "
        "cityscapes13, or class names joined by '+' (road+car). Default: "
        "those of Cityscapes that the classes contain.",
    )
    confusion: bool = setting(
        False, "Print the confusion matrix too, in percent of the truth."
    )
    expect_data: str = setting(
        "",
        "Refuse to evaluate on other data than this: the id of a manifest, a "
        "manifest file, or the folder of a run. Differences are named.",
    )
    out: str = setting(
        "",
        "Folder for evaluation.json, iou.txt, confusion.csv and "
        "confusion.png; default: only print.",
    )


def parse_weights(text: str) -> list[float] | None:
    """Reads `--weights`; empty means None, equal weights.

    >>> parse_weights("0.7, 0.3")
    [0.7, 0.3]

    Raises:
        ValueError: If one is no number.
    """
    if not text:
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise ValueError(
            f"Cannot read --weights={text}; expected one number a model, "
            "separated by commas: 0.7,0.3 say."
        ) from None
