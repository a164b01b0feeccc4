"""What a run does about the health of its adversarial game."""

import dataclasses

from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import setting


@dataclasses.dataclass(frozen=True)
class HealthSettings(Settings):
    """Looks at the game, and what follows an alarm."""

    GROUP = "Health"
    DECIDES = "course"

    health_every: int = setting(
        20,
        "Steps between looks at the health of the adversarial game; 0: none.",
        low=0,
    )
    on_alarm: str = setting(
        "warn",
        "When the game is not healthy any more: 'warn' prints what to do; "
        "'rollback' goes back to the last healthy state with smaller target "
        "weights; 'stop' ends the run.",
        choices=("warn", "rollback", "stop"),
    )
    rollback_factor: float = setting(
        0.1,
        "What each roll-back multiplies the target weights by.",
        low=0.0,
        high=1.0,
    )
    max_rollbacks: int = setting(3, "After so many, alarms only warn.")

    def __post_init__(self):
        super().__post_init__()
        if self.on_alarm != "warn" and not self.health_every:
            raise ValueError(
                f"--on_alarm={self.on_alarm} needs looks at the run's health; "
                "give --health_every=20 say, not 0."
            )
