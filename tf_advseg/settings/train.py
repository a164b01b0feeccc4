"""Adapts a segmenter to a target domain.

With no flags it trains AdvEnt on the embedded street domains:

    tf_advseg train --method=advent

On your own folders (`tf_advseg init renders photos` proposes more):

    tf_advseg train --preset=photos_small --source=renders --target=photos

Everything goes into one folder under runs/. --list shows methods, backbones,
decoders, domains and presets; --preset=NAME starts from settings that belong
together, a paper's say; --dry_run trains nothing. Flags may stand in a file:

    tf_advseg train --config=runs/RUN/run.yaml --seed=1

Every run writes one that makes it again. Flags win over it, and it over a
preset."""

import dataclasses

from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts import finding
from tf_advseg.settings.parts import multi_worker
from tf_advseg.settings.parts import presets
from tf_advseg.settings.parts.adversary import AdversarySettings
from tf_advseg.settings.parts.choice import ChoiceSettings
from tf_advseg.settings.parts.command import COMMON
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.compute import ComputeSettings
from tf_advseg.settings.parts.data import DataSettings
from tf_advseg.settings.parts.data import ExpectedDataSettings
from tf_advseg.settings.parts.health import HealthSettings
from tf_advseg.settings.parts.model import BatchSettings
from tf_advseg.settings.parts.places import DryRunSettings
from tf_advseg.settings.parts.places import RunSettings
from tf_advseg.settings.parts.places import TrackingSettings
from tf_advseg.settings.parts.samples import SampleSettings


@dataclasses.dataclass(frozen=True)
class NetworkSettings(Settings):
    """The segmenter that is trained."""

    GROUP = "Network"

    backbone: str = setting(
        "efficientnet_lite0",
        "The network that makes features; --list shows all. Options in "
        "parentheses, as for --method.",
        finds=finding.find_backbone,
    )
    weights: str = setting(
        "imagenet",
        "What the backbone starts from: 'imagenet', 'none', or a .pth file.",
    )
    start: str = setting(
        "",
        "A trained model to start from, a .keras file or the folder of a "
        "run, of the same classes, backbone and decoder; in place of "
        "--weights.",
        unset="--weights",
    )
    batch_norm: str = setting(
        "auto",
        "Of the backbone: 'frozen' (its statistics stay as they are), "
        "'affine' (they stay, scales and offsets learn), "
        "'trainable' (a batch's own, scales and offsets learn), 'per_domain' "
        "(the same, but only target images move those of the product) or "
        "'reference' (a batch's own, nothing learns: the papers'). 'own' is "
        "the backbone's default or its option in --backbone; so is 'auto', "
        "but for a pretrained backbone without that option: 'affine', and "
        "'per_domain' for the method adabn.",
        choices=(
            "auto",
            "own",
            "frozen",
            "affine",
            "trainable",
            "per_domain",
            "reference",
        ),
    )
    decoder: str = setting(
        "fpn",
        "What makes classes of the features; --list shows all. Options in "
        "parentheses: 'fpn(channels=96)'. A backbone that is not told its "
        "output_stride takes the one that the decoder likes.",
        finds=finding.find_decoder,
        was="aspp_branches",
        now="--decoder='deeplab_v2(aspp_branches=2)'",
    )


@dataclasses.dataclass(frozen=True)
class ScheduleSettings(Settings):
    """How long, and how fast."""

    GROUP = "Schedule"

    steps: int = setting(600, "Updates to make.", low=1, group=COMMON)
    schedule_steps: int = setting(
        0,
        "Updates over which learning rates fall to zero; 0: --steps. The "
        "papers stop long before the end of their schedule.",
    )
    optimizer: str = setting(
        "adamw",
        "Of the segmenter: 'adamw', quick on short schedules, or 'sgd' with "
        "the papers' arithmetic.",
        choices=("adamw", "sgd"),
    )
    learning_rate: float = setting(
        1e-3, "Initial rate of the segmenter; it falls as (1 - t)^0.9.", above=0
    )
    backbone_learning_rate: float = setting(
        3e-4,
        "For adamw: the backbone's own initial rate; 0: --learning_rate, "
        "which then is everybody's.",
        low=0,
    )
    warmup_steps: int = setting(
        30,
        "Updates over which the segmenter's rate rises from zero, so that the "
        "first ones do not throw away what the backbone knows.",
        low=0,
    )
    clip_norm: float = setting(
        10.0,
        "Shorten the segmenter's gradient to this norm where it is longer; 0: "
        "never.",
        low=0,
    )
    weight_decay: float = setting(
        1e-4, "Decoupled for adamw; an L2 term in the gradient for sgd."
    )
    decayed_weights: str = setting(
        "all",
        "For adamw: which weights decay: 'all', or 'kernels' and not the "
        "scales and offsets of norms, nor biases.",
        choices=("all", "kernels"),
    )
    class_weights: str = setting(
        "balanced",
        "How much labelled pixels of a class count in the supervised loss: "
        "'none' (all alike) or 'balanced', (share + 0.02)^-0.5 of the labels "
        "that are trained on.",
        choices=("none", "balanced"),
    )
    momentum: float = setting(0.9, "Momentum of sgd.")
    head_factor: float = setting(
        10.0, "For sgd: how much faster the decoder learns."
    )
    update_multiplicity: str = setting(
        "once",
        "'once', or 'official': repeat updates of ResNet weights as often as "
        "the papers' programs do.",
        choices=("once", "official"),
    )
    seed: int = setting(0, "Seed of weights, order and augmentation.")

    def __post_init__(self):
        super().__post_init__()
        if self.update_multiplicity == "official" and self.optimizer != "sgd":
            raise ValueError(
                "--update_multiplicity=official repeats the updates of sgd; "
                f"give --optimizer=sgd with it, not {self.optimizer}."
            )


@dataclasses.dataclass(frozen=True)
class TrainSettings(
    DataSettings,
    ExpectedDataSettings,
    SampleSettings,
    NetworkSettings,
    AdversarySettings,
    ScheduleSettings,
    BatchSettings,
    DryRunSettings,
    RunSettings,
    ChoiceSettings,
    HealthSettings,
    TrackingSettings,
    ComputeSettings,
):
    """One training run: what it is made of, and what it leaves."""

    GROUP = "Checkpoints and reports"
    DECIDES = "course"

    method: str = setting(
        "advent",
        "How to adapt; --list shows all. Options in parentheses: "
        '--method=\'advent(target_weights={"main": 2e-3, "aux": 0})\'.',
        finds=finding.find_method,
        decides="weights",
        group=COMMON,
    )
    source: str = same(DataSettings, "source", "streets-sim")
    target: str = same(DataSettings, "target", "streets-real")
    batch_size: int = same(BatchSettings, "batch_size", 8)
    run: str = same(RunSettings, "run", "", unset="a new one under runs/")
    resume: bool = setting(
        False,
        "Go on from the newest checkpoint in --run, if there is one.",
        group=COMMON,
    )
    checkpoint_every: int = setting(200, "Steps between checkpoints.", low=1)
    eval_every: int = setting(
        0,
        "Steps between evaluations on the target; 0: only at the end.",
    )
    log_every: int = setting(20, "Steps between lines of progress.", low=1)
    compare: str = setting(
        "auto",
        "A method to train beside, with the same settings, for comparison: "
        "'source_only' say, or 'none'. 'auto' is source_only on the embedded "
        "data and none elsewhere. A finished run of the same settings beside "
        "this one is used again.",
        finds=finding.find_compared,
    )
    report: str = setting(
        "auto",
        "Whether to write RUN/report.html at the end: 'true', 'false', or "
        "'auto', which does on the embedded data after a comparison. "
        "`tf_advseg report` writes it at any time.",
        choices=("auto", "true", "false"),
    )
    tensorboard: bool = setting(
        False, "Write scalars and pictures for TensorBoard into the run."
    )

    def look(self) -> None:
        """Also refuses several workers' limits, a run of delay, no start."""
        super().look()
        multi_worker.check(self)
        if self.start and not self.resume:  # A resumed run has a copy.
            finding.find_model(self.start)
        if self.target_delay >= self.steps:
            raise ValueError(
                f"--target_delay={self.target_delay} leaves none of the "
                f"{self.steps} steps to adapt in; give fewer, or "
                "--method=source_only."
            )


COMMAND = Command(TrainSettings, place=10, presets=presets.settings_of)
