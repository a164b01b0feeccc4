"""Writes images and labels of a domain as a folder that a user could have.

FOLDER/classes.yaml             names, ids and colours of the classes
FOLDER/<split>/images/*.png
FOLDER/<split>/labels/*.png     train ids, one channel
"""

from pathlib import Path

import yaml
from PIL import Image

from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.domain import Domain


def write_folder(
    domain: Domain, folder: str | Path, split: str, count: int
) -> int:
    """Writes the first `count` images of a split with their labels.

    Returns:
        How many were written: fewer if the split has fewer.
    """
    folder = Path(folder)
    images, labels = (folder / split / kind for kind in ("images", "labels"))
    for path in (images, labels):
        path.mkdir(parents=True, exist_ok=True)
    keys = domain.keys(split)[:count]
    for key in keys:
        name = key.rpartition("/")[2] + ".png"
        Image.fromarray(domain.read_image(key)).save(images / name)
        Image.fromarray(domain.read_label(key)).save(labels / name)
    text = yaml.safe_dump(class_map_values(domain.class_set), sort_keys=False)
    (folder / "classes.yaml").write_text(text, encoding="utf-8")
    return len(keys)


def class_map_values(class_set: ClassSet) -> dict:
    """What a class map says of labels that are train ids."""
    classes = [
        {"name": name, "id": index, "color": list(colour)}
        for index, (name, colour) in enumerate(
            zip(class_set.names, class_set.palette, strict=True)
        )
    ]
    return {"name": class_set.name, "classes": classes}
