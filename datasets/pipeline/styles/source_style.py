"""Which source images take the style of which target image, and how.

Images of the target are looked at, labels never. As everywhere in the
pipeline, what happens at a position is a pure function of it.
"""

import dataclasses
from collections.abc import Callable

import tensorflow as tf

from tf_advseg.base.checks import check_choice
from tf_advseg.base.checks import check_range
from tf_advseg.datasets.files.reading import SampleReader
from tf_advseg.datasets.pipeline.sampling import sample_index
from tf_advseg.datasets.pipeline.sampling import sample_seed
from tf_advseg.datasets.pipeline.styles.colour_statistics import move_colours
from tf_advseg.datasets.pipeline.styles.fourier import swap_amplitudes

KINDS = ("colour_statistics", "fda")


@dataclasses.dataclass(frozen=True)
class SourceStyle:
    """How source images come to look like the target's.

    Args:
        kind: `colour_statistics` or `fda`; see the modules.
        share: Share of the source's samples that change.
        beta: Of `fda`.
    """

    kind: str
    share: float = 0.5
    beta: float = 0.01

    def __post_init__(self):
        check_choice("source style", self.kind, KINDS)
        check_range("share of styled samples", self.share, 0.0, 1.0)
        check_range("beta", self.beta, 0.0, 0.5)

    def change(self, image: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
        """An image in another's style; uint8 `(H, W, 3)` and `(h, w, 3)`.

        Returns:
            uint8 `(H, W, 3)`: rounded, as a camera's image is.
        """
        if self.kind == "fda":
            changed = swap_amplitudes(image, other, self.beta)
        else:
            changed = move_colours(image, other)
        return tf.cast(tf.round(changed), tf.uint8)

    def stream(
        self, target: SampleReader, seeds: tuple
    ) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
        """The function from a source image and its position to the image.

        Args:
            target: Reads the target's images, without labels. Each gives its
                style once an epoch of its own.
            seeds: For order and for samples, as `stream_seeds` gives them.
        """
        order_seed, samples_seed = (seed.numpy() for seed in seeds)

        def restyle(image, position):
            def styled():
                index = sample_index(position, target.num_samples, order_seed)
                return self.change(image, *target.read_tensors(index))

            draw = tf.random.stateless_uniform(
                (), sample_seed(position, samples_seed)
            )
            # A condition reads no target image where none is needed.
            restyled = tf.cond(draw < self.share, styled, lambda: image)
            return tf.ensure_shape(restyled, image.shape)

        return restyle
