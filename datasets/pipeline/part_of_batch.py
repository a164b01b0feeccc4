"""What one name of a batch is made of: from a domain's split to its images."""

import dataclasses
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tf_advseg.base.conventions import TARGET
from tf_advseg.datasets.domains.composed.mixture import Mixture
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.reading import SampleReader
from tf_advseg.datasets.pipeline.augmentation import augment
from tf_advseg.datasets.pipeline.batch_share import BatchShare
from tf_advseg.datasets.pipeline.mixed_sampling import MixedSampler
from tf_advseg.datasets.pipeline.sample_options import SampleOptions
from tf_advseg.datasets.pipeline.sampling import Sampler
from tf_advseg.datasets.pipeline.sampling import sample_index
from tf_advseg.datasets.pipeline.sampling import sample_seed
from tf_advseg.datasets.pipeline.sampling import stream_seeds

PARALLEL = {"num_parallel_calls": tf.data.AUTOTUNE, "deterministic": True}


@dataclasses.dataclass(frozen=True)
class PartOfBatch:
    """Samples of one split in each batch.

    Args:
        domain: Where they come from.
        split: Which of its splits.
        options: How they are made.
        stream: Numbers their seeds; TARGET is read without labels.
        count: How many are in a global batch.
        sampler: Which of them come; None takes each once an epoch, shuffled,
            and of a mixture's domains each by its share.
    """

    domain: Domain
    split: str
    options: SampleOptions
    stream: int
    count: int
    sampler: Sampler | None = None

    def reader(self, **how) -> SampleReader:
        """What reads them; `how` is of `SampleReader`."""
        return SampleReader(
            self.domain,
            self.split,
            size=self.options.size,
            with_labels=self.stream != TARGET,
            **how,
        )

    def batches(
        self,
        reader: SampleReader,
        restyle: Callable | None,
        seed: int,
        start: int,
        share: BatchShare,
    ) -> tf.data.Dataset:
        """Endless batches of (images, labels) or (images,).

        Args:
            reader: Of this part.
            restyle: From an image and its position to the image.
            seed: The training's.
            start: How many batches were already taken.
            share: This worker's part of each.
        """
        return (
            share.positions(start, self.count)
            .map(self._sample(reader, restyle, seed), **PARALLEL)
            .batch(share.piece_size(self.count), drop_remainder=True)
            .map(_as_numbers, **PARALLEL)
        )

    def _sample(self, reader, restyle, seed: int) -> Callable:
        """Returns the function from a position to a sample."""
        seeds: Any = stream_seeds(seed, self.stream)
        order_seed, samples_seed = (seed.numpy() for seed in seeds)
        options, sampler = self.options, self.sampler
        if sampler is None and isinstance(self.domain, Mixture):
            sampler = MixedSampler.of(self.domain, self.split)
        height, width = options.crop or reader.require_equal_sizes()

        def sample(position):
            if sampler is None:
                index = sample_index(position, reader.num_samples, order_seed)
                wanted = None
            else:
                index, wanted = sampler.draw(position, order_seed)
            image, *label = reader.read_tensors(index)
            if restyle is not None:
                image = restyle(image, position)
            image, label = augment(
                image,
                label[0] if label else None,
                sample_seed(position, samples_seed),
                options,
                (height, width),
                wanted,
            )
            return (image,) if label is None else (image, label)

        return sample


def _as_numbers(images, *labels):
    images = tf.cast(images, tf.float32)
    return (images, *(tf.cast(one, tf.int32) for one in labels))
