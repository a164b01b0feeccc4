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

from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts import finding
from tf_advseg.settings.parts import multi_worker
from tf_advseg.settings.parts import presets
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
from tf_advseg.settings.parts.training.adversary import AdversarySettings
from tf_advseg.settings.parts.training.network import NetworkSettings
from tf_advseg.settings.parts.training.network import TeacherSettings
from tf_advseg.settings.parts.training.schedule import ScheduleSettings


@dataclasses.dataclass(frozen=True)
class TrainSettings(
    DataSettings,
    ExpectedDataSettings,
    SampleSettings,
    NetworkSettings,
    TeacherSettings,
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
        if not self.resume:  # A resumed run has copies.
            finding.find_models(self.teacher)
            if self.start:
                finding.find_model(self.start)
        if self.target_delay >= self.steps:
            raise ValueError(
                f"--target_delay={self.target_delay} leaves none of the "
                f"{self.steps} steps to adapt in; give fewer, or "
                "--method=source_only."
            )


COMMAND = Command(TrainSettings, place=10, presets=presets.settings_of)
