"""IntraDA: from the target's easy images to its hard ones (arXiv 2004.07703).

Pan et al. (CVPR 2020), sections 3.2 and 3.3. A trained segmenter S_0 ranks
the target images x by their mean entropy (their equation 3),

    R(x) = mean of I(x),   I = -P log P / log C summed over classes,
                           P = softmax(S_0(x))

The share `easy_share` (their lambda) with the lowest R is easy, the rest is
hard. Then AdvEnt's game is played inside the target: easy images x_e, with
y_e = argmax S_0(x_e) for labels, in the source's place, hard ones in the
target's. S goes on from S_0.
"""

import dataclasses
from typing import ClassVar

import keras

from tf_advseg.base import checks
from tf_advseg.methods.advent import AdvEnt


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class IntraDA(AdvEnt):
    """AdvEnt from easy target images, labelled by the start, to hard ones.

    Args:
        easy_share: Share of the target's images that is easy (lambda, 0.67
            in the paper's table 4); at least one image is, and one is not.
    """

    name: ClassVar[str] = "intrada"
    needs_start: ClassVar[bool] = True
    needs_source: ClassVar[bool] = False

    easy_share: float = 0.67

    def __post_init__(self):
        super().__post_init__()
        name = f"{self.name} easy_share"
        checks.check_range(name, self.easy_share, 0.01, 0.99)
