"""A domain of images and labels that a test writes down."""

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.domains.domain import Domain


class ToyDomain(Domain):
    """Images and labels from lists; the keys are "0", "1", ...

    Args:
        class_set: Of the labels.
        images: uint8 `(H, W, 3)` arrays; a string in place of one makes it
            a corrupt image, with that text as the error.
        labels: uint8 `(H, W)` arrays, or None: reading one fails the test.
    """

    name = "toy"
    splits = ("val",)

    def __init__(self, class_set, images, labels=None):
        self.class_set = class_set
        self._images = images
        self._labels = labels

    def keys(self, split):
        assert split in self.splits
        return [str(index) for index in range(len(self._images))]

    def has_labels(self, split):
        return self._labels is not None

    def read_image(self, key):
        image = self._images[int(key)]
        if isinstance(image, str):
            raise DataError(image)
        return image

    def read_label(self, key):
        assert self._labels is not None, "labels must not be read"
        return self._labels[int(key)]
