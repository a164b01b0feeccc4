"""Which images candidates are scored on, and when scores are still true."""

import dataclasses

from toy_domains import write_folder

from tf_advseg.experiment import making
from tf_advseg.experiment.choosing.selection_data import conditions
from tf_advseg.settings.train import TrainSettings


def test_two_cameras_in_folders_of_one_name_share_no_scores(tmp_path):
    front = write_folder(tmp_path / "front" / "photos")
    rear = write_folder(tmp_path / "rear" / "photos")
    settings = TrainSettings(source=str(front), target=str(front))
    moved = dataclasses.replace(settings, target=str(rear))
    first, again, other = (
        conditions(s, making.make_domains(s))
        for s in (settings, settings, moved)
    )
    assert first == again
    assert first != other
