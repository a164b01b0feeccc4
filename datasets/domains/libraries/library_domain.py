"""Domains of the records that two libraries keep.

--target='tfds(name="cityscapes/semantic_segmentation", image="image_left",
               label="segmentation_label")'
--source='huggingface(name="/data/renders", label="mask",
                      classes=["road", "car"])'
"""

from pathlib import Path
from typing import Any

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.classes.label_table import LabelTable
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.folder import FolderDomain
from tf_advseg.datasets.domains.folders.listing import CLASS_MAP_NAME
from tf_advseg.datasets.domains.libraries.huggingface import open_huggingface
from tf_advseg.datasets.domains.libraries.records import Library
from tf_advseg.datasets.domains.libraries.records import as_folders
from tf_advseg.datasets.domains.libraries.tfds import open_tfds


class LibraryDomain(FolderDomain):
    """Records of a library, read as a folder of images and labels is.

    A key is the number of a record in its split, as the path of an image.
    """

    def __init__(
        self,
        library: Library,
        image: str,
        label: str,
        classes: Any,
        class_map: str | Path | None,
        class_set: ClassSet | None,
        labels_like: LabelTable | None,
    ):
        root = as_folders(library, image, label, classes)
        given = class_map if classes is None else None
        is_said = given or (root / CLASS_MAP_NAME).is_file()
        if class_set is None and not is_said:
            raise DataError(
                f"Nobody says what the labels of {library.name!r} mean; say "
                'classes=["NAME", ...] in the order of their numbers, '
                'classes={"NAME": NUMBER, ...}, or --classes=FILE.'
            )
        super().__init__(root, given, class_set, labels_like)
        self.name = library.name


def tfds(
    name: str = "",
    data_dir: str = "",
    split: str = "",
    image: str = "image",
    label: str = "segmentation_mask",
    classes: Any = None,
    *,
    class_map: str | Path | None = None,
    class_set: ClassSet | None = None,
    labels_like: LabelTable | None = None,
) -> LibraryDomain:
    """A data set that tensorflow_datasets has prepared; see `open_tfds`."""
    _check(tfds=name, data_dir=data_dir, split=split, image=image, label=label)
    library = open_tfds(name, data_dir, split, image, label)
    given = (class_map, class_set, labels_like)
    return LibraryDomain(library, image, label, classes, *given)


def huggingface(
    name: str = "",
    config: str = "",
    split: str = "",
    image: str = "image",
    label: str = "label",
    classes: Any = None,
    *,
    class_map: str | Path | None = None,
    class_set: ClassSet | None = None,
    labels_like: LabelTable | None = None,
) -> LibraryDomain:
    """A data set of Hugging Face's library; see `open_huggingface`."""
    _check(
        huggingface=name, config=config, split=split, image=image, label=label
    )
    library = open_huggingface(name, config, split, image, label)
    given = (class_map, class_set, labels_like)
    return LibraryDomain(library, image, label, classes, *given)


def _check(**options: Any) -> None:
    """The first option is the name, under that of the domain."""
    domain = next(iter(options))
    for option, value in options.items():
        if not isinstance(value, str):
            raise DataError(
                f"{'name' if option == domain else option}={value!r} of "
                f"{domain!r}: expected text."
            )
    for needed in (domain, "image"):
        if not options[needed]:
            raise DataError(
                f"{domain!r} needs the name of a data set, and its images: "
                f'{domain}(name="NAME", image="image", label="LABEL").'
            )
