"""How a training step is computed: devices, precision, memory."""

import dataclasses

from tf_advseg.base.conventions import POLICIES
from tf_advseg.base.conventions import STRATEGIES
from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import setting


@dataclasses.dataclass(frozen=True)
class ComputeSettings(Settings):
    """What may cost less, or fit into less, for the same training."""

    GROUP = "Devices and memory"

    strategy: str = setting(
        "mirrored",
        "'mirrored' uses every GPU of the machine (or its CPU); 'one_device' "
        "the first; 'multi_worker' several machines, see docs/distributed.md; "
        "'tpu' a TPU.",
        choices=STRATEGIES,
        decides="course",
    )
    tpu: str = setting(
        "",
        "For --strategy=tpu: its name or address.",
        unset="this machine's",
        decides="course",
    )
    precision: str = setting(
        "float32",
        "What training computes in: 'float32'; 'bfloat16', quicker where the "
        "processor knows it; 'float16', with loss scaling. Weights, losses "
        "and saved models stay float32.",
        choices=tuple(POLICIES),
    )
    accumulate: int = setting(
        1,
        "Batches of --batch_size for one update, the papers' iter-size: a "
        "large batch in the memory of a small one.",
        low=1,
    )
    remat: bool = setting(
        False,
        "Compute activations again on the way back instead of keeping them: "
        "less memory, about a third more time.",
    )
    steps_per_loop: int = setting(
        1,
        "Most updates in one call of the graph; more than 1 helps where steps "
        "are short. Results are the same.",
        low=1,
        decides="course",
    )

    def __post_init__(self):
        super().__post_init__()
        if self.tpu and self.strategy != "tpu":
            raise ValueError(
                f"--tpu={self.tpu} is for --strategy=tpu; received "
                f"--strategy={self.strategy}."
            )
