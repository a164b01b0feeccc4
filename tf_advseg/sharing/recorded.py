"""Whether a model, or all models in a folder, are what was recorded of them."""

from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.base.files import checksums


def check(path: str | Path) -> int:
    """Holds a file, or what lies in a folder, to the hashes beside them.

    Args:
        path: A model's file, a SavedModel, or a folder of such.

    Returns:
        How many are known to be as they were written.

    Raises:
        ChangedModel: If one is not; names the file.
        DataError: If there is nothing of that name.
    """
    path = Path(path)
    if not path.exists():
        raise DataError(
            f"There is no {str(path)!r}; expected a model's file, or a folder."
        )
    number = int(checksums.check(path))
    if path.is_dir():
        for record in sorted(path.glob(f"*{checksums.SUFFIX}")):
            model = record.with_name(record.name[: -len(checksums.SUFFIX)])
            if not model.exists():
                raise checksums.ChangedModel(
                    f"{str(model)!r} was removed since {record.name} was "
                    "written. Copy it again, or remove that file too."
                )
            number += checksums.check(model)
    return number
