"""Which images candidates are scored on, and when scores are still true."""

import dataclasses

from toy_domains import write_folder
from toy_settings import TINY

from tf_advseg.experiment import making
from tf_advseg.experiment.choosing.selection_data import conditions


def test_two_cameras_in_folders_of_one_name_share_no_scores(tmp_path):
    front = write_folder(tmp_path / "front" / "photos")
    rear = write_folder(tmp_path / "rear" / "photos")
    settings = dataclasses.replace(TINY, source=str(front), target=str(front))
    moved = dataclasses.replace(settings, target=str(rear))
    first, again, other = (
        conditions(s, making.make_domains(s))
        for s in (settings, settings, moved)
    )
    assert first == again
    assert first != other
