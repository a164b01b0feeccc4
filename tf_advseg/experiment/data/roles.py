"""Who plays the source's part in a run's training, and who the target's."""

import dataclasses
from typing import TYPE_CHECKING

from tf_advseg.base.checks import DataError
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.methods.intrada import IntraDA
from tf_advseg.methods.method import Method
from tf_advseg.runs import easy_and_hard
from tf_advseg.settings.train import TrainSettings

if TYPE_CHECKING:  # It asks for the roles itself.
    from tf_advseg.experiment.making import Domains


@dataclasses.dataclass(frozen=True)
class Roles:
    """What is trained on.

    Attributes:
        labelled: Its labels are learned.
        labelled_split: Which of its splits.
        unlabelled: Its labels are never read.
        unlabelled_split: Which of its splits.
        has_source: Whether the labelled images are the source's.
    """

    labelled: Domain
    labelled_split: str
    unlabelled: Domain
    unlabelled_split: str
    has_source: bool


def roles_of(
    settings: TrainSettings, domains: "Domains", method: Method
) -> Roles:
    """The roles in a run of this method.

    Raises:
        DataError: If the method splits the target, and the run's folder
            does not say how.
    """
    source, target = domains.source, domains.target
    split = settings.target_split
    if method.trains_on_target_labels:
        return Roles(target, split, target, split, has_source=False)
    if isinstance(method, IntraDA):
        parts = easy_and_hard.read(settings.run)
        if parts is None:
            raise DataError(
                f"{settings.run!r} does not say which images of the target "
                "are easy: it was not prepared, see `ranking.prepare`."
            )
        easy, hard = parts.domains(target, split)
        return Roles(easy, split, hard, split, has_source=False)
    return Roles(source, settings.source_split, target, split, has_source=True)
