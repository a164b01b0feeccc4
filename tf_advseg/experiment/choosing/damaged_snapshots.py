"""A damaged snapshot is named and left out; it never blocks a run's end.

The others are a choice still. A damaged mean of them is made again.
"""

from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path

from tf_advseg.networks.model_file import DamagedModel
from tf_advseg.networks.model_file import check_whole
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.selection.candidates import Candidate
from tf_advseg.selection.choice import Choice


def choose_of_whole(
    snapshots: Sequence[Candidate],
    folder: Path,
    choose: Callable[[list[Candidate]], Choice],
    write: Callable[[str], None],
) -> Choice | None:
    """Chooses among those snapshots whose files can be read.

    Args:
        snapshots: By step.
        folder: Where their files are.
        choose: Takes one; raises `DamagedModel` for a file that only looked
            whole.
        write: Told of each that is left out.

    Returns:
        The choice; None if there is none to choose from.
    """
    left = []
    for candidate in snapshots:
        try:
            check_whole(folder / candidate.name)
            left.append(candidate)
        except DamagedModel as error:
            write(f"{error} It is left out of the choice.")
    while left:
        try:
            return choose(left)
        except DamagedModel as error:
            write(f"{error} It is left out of the choice.")
            left = [c for c in left if folder / c.name != error.path]
    return None


def parts_of(mean: Path) -> list[str] | None:
    """The files that a mean says it is of; None if it must be made again."""
    try:
        check_whole(mean)
        return read_metadata(mean).get("mean_of")
    except ValueError:
        return None
