"""Self-training with a threshold for each class.

Class-balanced self-training (Zou et al., arXiv 1810.07911) believes the
surest share of each class; Li et al. (arXiv 1904.10620) whatever is surer
than 0.9 besides. The shares are those of a running count of what the teacher
said, not of the whole target set counted anew.
"""

import dataclasses
from typing import ClassVar

import keras

from tf_advseg.methods.self_training import SelfTrainingMethod


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class SelfTraining(SelfTrainingMethod):
    """Pseudo-labels of an average of the weights, with class-wise thresholds.

    See `SelfTrainingMethod` for the options.
    """

    name: ClassVar[str] = "self_training"
    needs_source: ClassVar[bool] = False

    threshold: float = 0.9
    share: float = 0.5
    weighting: str = "pixel"
