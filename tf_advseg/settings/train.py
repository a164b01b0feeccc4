"""Everything that `tf_advseg.train` can be told, with its help."""

import dataclasses

from tf_advseg.base import checks
from tf_advseg.base.fields import parse_size
from tf_advseg.base.fields import setting
from tf_advseg.settings.choice import ChoiceSettings
from tf_advseg.settings.compute import ComputeSettings

OPTIMIZERS = ("adamw", "sgd")
MULTIPLICITIES = ("once", "official")
ON_ALARM = ("warn", "rollback", "stop")
REPORTS = ("auto", "true", "false")


@dataclasses.dataclass(frozen=True)
class TrainSettings(ComputeSettings, ChoiceSettings):
    """One training run. Each field is a flag; its help says what it does."""

    method: str = setting(
        "advent",
        "How to adapt; --list shows all. Options in parentheses: "
        '--method=\'advent(target_weights={"main": 2e-3, "aux": 0})\'.',
    )
    source: str = setting(
        "streets-sim",
        "The labelled domain: a registered name (--list) or a folder with "
        "images/ and labels/.",
    )
    target: str = setting(
        "streets-real",
        "The domain to adapt to: a registered name or a folder with images/. "
        "Its labels, if any, are used to evaluate, never to train.",
    )
    classes: str = setting(
        "",
        "YAML file that says what the labels of a --source folder mean; "
        "default: classes.yaml in that folder.",
    )
    target_classes: str = setting(
        "", "The same for a --target folder; default: as the source's."
    )
    source_split: str = setting("train", "Split of the source to train on.")
    target_split: str = setting("train", "Split of the target to adapt to.")
    eval_split: str = setting(
        "val", "Labelled split of the target to evaluate on, if there is one."
    )

    backbone: str = setting(
        "efficientnet_lite0",
        "The network under the classifiers; --list shows all. Options in "
        "parentheses, as for --method.",
    )
    weights: str = setting(
        "imagenet",
        "What the backbone starts from: 'imagenet', 'none', or a .pth file.",
    )
    aspp_branches: int = setting(
        4,
        "Dilated branches of each classifier that count: 4 (ADVENT) or 2 "
        "(AdaptSegNet's program).",
    )

    source_size: str = setting(
        "128x256",
        "HEIGHTxWIDTH that source images are resized to; 'native' keeps each "
        "image's own and then needs --crop.",
    )
    target_size: str = setting(
        "128x256", "The same for target images, in training and evaluation."
    )
    crop: str = setting(
        "", "HEIGHTxWIDTH of random crops to train on; default: no crop."
    )
    flip: bool = setting(True, "Mirror every second training sample.")
    min_scale: float = setting(1.0, "Smallest random scale of a sample.")
    max_scale: float = setting(1.0, "Largest random scale of a sample.")
    color_jitter: float = setting(
        0.0, "Strength (0 to 0.99) of random brightness, contrast, saturation."
    )

    rare_class_temperature: float = setting(
        0.0,
        "Draw source images for their rare classes, as DAFormer does: 0.01 as "
        "published, larger is milder; 0 draws all images alike.",
    )
    cache_dir: str = setting(
        "",
        "Folder to keep decoded and resized images in, for the next epoch and "
        "the next run; default: none but 0.5 GiB of memory a domain.",
    )

    batch_size: int = setting(
        2, "Images of each domain in a step, over all devices together."
    )
    steps: int = setting(600, "Updates to make.")
    schedule_steps: int = setting(
        0,
        "Updates over which learning rates fall to zero; 0: --steps. The "
        "papers stop long before the end of their schedule.",
    )
    optimizer: str = setting(
        "adamw",
        "Of the segmenter: 'adamw', quick on short schedules, or 'sgd' with "
        "the papers' arithmetic.",
    )
    learning_rate: float = setting(
        1e-3, "Initial rate of the segmenter; it falls as (1 - t)^0.9."
    )
    weight_decay: float = setting(
        1e-4, "Decoupled for adamw; an L2 term in the gradient for sgd."
    )
    momentum: float = setting(0.9, "Momentum of sgd.")
    head_factor: float = setting(
        10.0, "For sgd: how much faster the classifiers learn."
    )
    update_multiplicity: str = setting(
        "once",
        "'once', or 'official': repeat updates of ResNet weights as often as "
        "the papers' programs do.",
    )
    discriminator_learning_rate: float = setting(
        1e-4, "Initial rate of the discriminators' Adam; falls likewise."
    )
    target_weight_scale: float = setting(
        10.0,
        "Multiplies the method's default target weights: the published ones "
        "are for schedules of 100,000 steps. Weights given in --method stay.",
    )
    discriminator_width: int = setting(
        32,
        "Channels of the discriminators' first convolution: 64 in the "
        "papers, at 4 times the cost of 32.",
    )
    seed: int = setting(0, "Seed of weights, order and augmentation.")

    expect_data: str = setting(
        "",
        "Refuse to train on other data than this: an id of a manifest, "
        "several separated by commas, a manifest file, or the folder of a "
        "run. Differences are named.",
    )
    run: str = setting(
        "", "Folder of this run; default: a new one under runs/."
    )
    resume: bool = setting(
        False, "Go on from the newest checkpoint in --run, if there is one."
    )
    compare: str = setting(
        "auto",
        "A method to train beside, with the same settings, for comparison: "
        "'source_only' say, or 'none'. 'auto' is source_only on the embedded "
        "data and none elsewhere. A finished run of the same settings beside "
        "this one is used again.",
    )
    report: str = setting(
        "auto",
        "Whether to write RUN/report.html at the end: 'true', 'false', or "
        "'auto', which does on the embedded data after a comparison. "
        "`tf_advseg.report` writes it at any time.",
    )
    log_every: int = setting(20, "Steps between lines of progress.")
    health_every: int = setting(
        20,
        "Steps between looks at the health of the adversarial game; 0: none.",
    )
    on_alarm: str = setting(
        "warn",
        "When the game is not healthy any more: 'warn' prints what to do; "
        "'rollback' goes back to the last healthy state with smaller target "
        "weights; 'stop' ends the run.",
    )
    rollback_factor: float = setting(
        0.1, "What each roll-back multiplies the target weights by."
    )
    max_rollbacks: int = setting(3, "After so many, alarms only warn.")
    eval_every: int = setting(
        0, "Steps between evaluations on the target; 0: only at the end."
    )
    checkpoint_every: int = setting(200, "Steps between checkpoints.")
    tensorboard: bool = setting(
        False, "Write scalars and pictures for TensorBoard into the run."
    )

    def __post_init__(self):
        ComputeSettings.__post_init__(self)
        ChoiceSettings.__post_init__(self)
        for name in ("batch_size", "steps", "log_every", "checkpoint_every"):
            if getattr(self, name) < 1:
                raise ValueError(
                    f"--{name} must be at least 1; received "
                    f"{getattr(self, name)}."
                )
        if self.rare_class_temperature < 0:
            raise ValueError(
                "--rare_class_temperature must be 0 (off) or positive; "
                f"received {self.rare_class_temperature}."
            )
        for name in ("learning_rate", "discriminator_learning_rate"):
            if not getattr(self, name) > 0:
                raise ValueError(
                    f"--{name} must be positive; received "
                    f"{getattr(self, name)}."
                )
        checks.check_choice("--optimizer", self.optimizer, OPTIMIZERS)
        checks.check_choice(
            "--update_multiplicity", self.update_multiplicity, MULTIPLICITIES
        )
        if self.update_multiplicity == "official" and self.optimizer != "sgd":
            raise ValueError(
                "--update_multiplicity=official repeats the updates of sgd; "
                f"give --optimizer=sgd with it, not {self.optimizer}."
            )
        checks.check_choice("--report", self.report, REPORTS)
        checks.check_choice("--on_alarm", self.on_alarm, ON_ALARM)
        checks.check_range("--rollback_factor", self.rollback_factor, 0.0, 1.0)
        checks.check_range("--health_every", self.health_every, low=0)
        if self.on_alarm != "warn" and not self.health_every:
            raise ValueError(
                f"--on_alarm={self.on_alarm} needs looks at the run's health; "
                "give --health_every=20 say, not 0."
            )
        for name in ("source_size", "target_size", "crop"):
            try:
                parse_size(getattr(self, name))
            except ValueError as error:
                raise ValueError(f"--{name}: {error}") from None
