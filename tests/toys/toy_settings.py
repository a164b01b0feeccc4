"""The smallest run there is: on a backbone of three layers.

Half a minute of a run on a real one is tracing and saving its 300 layers.
"""

from typing import Any

import toy_backbone

from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings

_SMALL: dict[str, Any] = {
    "source": "streets-sim(size=(32, 64), train=4, val=2)",
    "target": "streets-real(size=(32, 64), train=4, val=2)",
    "source_size": "32x64",
    "target_size": "32x64",
    "backbone": "tiny(batch_norm='trainable')",
    "weights": "none",
    "steps": 4,
    "log_every": 2,
    "health_every": 2,
    "checkpoint_every": 2,
    "compare": "none",
}
toy_backbone.register()
TINY = TrainSettings(**PLAIN | _SMALL)
