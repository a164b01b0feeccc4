"""Ids: a grey PNG an image, whose values are train ids, as `labels/` has it."""

from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.labelling.drafts.draft import Draft


def write(folder: Path, drafts: Iterable[Draft], classes: ClassSet) -> None:
    """Writes `ids/NAME.png`; the class map says what the values mean."""
    del classes
    (folder / "ids").mkdir()
    for draft in drafts:
        picture = Image.fromarray(draft.classes)
        picture.save(folder / "ids" / f"{draft.stem}.png")
