"""DACS: cross-domain mixed sampling (Tranheden et al., arXiv 2007.08702).

    M = pixels of a drawn half of x_s' classes
    x_m = M x_s + (1 - M) x_t,   y_m = M y_s + (1 - M) argmax T(x_t)

Each mixed image has true labels and borders beside the teacher's, so that
classes do not melt into each other as they do under pseudo-labels alone.
"""

import dataclasses
from typing import ClassVar

import keras
import tensorflow as tf

from tf_advseg.methods import class_mix
from tf_advseg.methods.self_training import Samples
from tf_advseg.methods.self_training import SelfTrainingMethod


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class Dacs(SelfTrainingMethod):
    """Pastes half of a source image's classes on a pseudo-labelled target.

    The paper's threshold, decay and weighting. With `--start` the surest half
    of each class is the better choice, pixel by pixel:
    `dacs(threshold=0.9, share=0.5, weighting="pixel")`. One threshold lets
    classes that are never sure be swallowed by those that are; but shares of
    what an untrained teacher says are believed too, and it collapses.

    Images of other sizes than the target's are resized to it before they are
    mixed.
    """

    name: ClassVar[str] = "dacs"

    def mixed(
        self,
        source: Samples | None,
        target: Samples,
        seeds: tf.Tensor,
        classes: int,
    ) -> Samples:
        if source is None:
            raise ValueError(f"{self.name} pastes labelled images; give some.")
        images, labels = class_mix.at_size_of(
            source.images, source.labels, target.images
        )
        source = Samples(images, labels, self.source_counts(labels))
        mask = class_mix.class_masks(labels, seeds, classes)
        return Samples(
            *(
                class_mix.pasted(mask, above, below)
                for above, below in zip(source, target, strict=True)
            )
        )
