"""AdaptSegNet's feature-space baseline (arXiv 1802.10349, table 1).

    map(x) = the features that the main classifier reads

The authors never published this program. They upsample the features to image
size, which for 2048 channels cannot fit the memory they state; here the
discriminator reads them at their own resolution and reduces them to 1/32 of
the image, as theirs does.
"""

import dataclasses
from typing import ClassVar

import keras
import tensorflow as tf

from tf_advseg.methods.adversarial import AdversarialMethod


@keras.saving.register_keras_serializable(package="tf_advseg")
@dataclasses.dataclass(frozen=True)
class AdaptSegNetFeature(AdversarialMethod):
    """Aligns the features before the main classifier."""

    name: ClassVar[str] = "adaptsegnet_feature"
    discriminator: ClassVar[str] = "features"
    default_weights: ClassVar = {
        "vanilla": {"features": 1e-3},
        "least_squares": {"features": 1e-2},
    }

    def domain_map(self, output: tf.Tensor) -> tf.Tensor:
        return output
