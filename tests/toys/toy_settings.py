"""The smallest run there is: on a backbone of three layers.

Half a minute of a run on a real one is tracing and saving its 300 layers. Sums
over its features are shared among threads and differ in the last bit from run
to run, though: what is compared bit by bit wants `SAME_BITS`, whose features
are few enough for one thread. The backbone has a name in modules that use these
settings (`conftest.py`).
"""

from typing import Any

from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings

_SMALL: dict[str, Any] = {
    "source": "streets-sim(size=(32, 64), train=4, val=2)",
    "target": "streets-real(size=(32, 64), train=4, val=2)",
    "source_size": "32x64",
    "target_size": "32x64",
    "backbone": "tiny(batch_norm='trainable')",
    "weights": "none",
    "discriminator_width": 8,
    "steps": 4,
    "log_every": 2,
    "health_every": 2,
    "checkpoint_every": 2,
    "compare": "none",
}
SAME_BITS = {"backbone": "tiny(batch_norm='trainable', stride=16)"}
TINY = TrainSettings(**PLAIN | _SMALL)
