"""`python -m tf_advseg.datasets.streets`: the sheet and the folder."""

import numpy as np
import yaml
from PIL import Image

from tf_advseg.datasets.domains.folder import FolderDomain
from tf_advseg.datasets.streets import STREETS
from tf_advseg.datasets.streets import StreetsDomain
from tf_advseg.datasets.streets.__main__ import main

SIZE = ["--size", "32", "64"]


def test_the_sheet_has_four_rows(tmp_path):
    path = tmp_path / "sheet.png"
    assert main(["--out", str(path), "--count", "2", *SIZE]) == 0
    width, height = Image.open(path).size
    assert 4 * 32 <= height < 4 * 48
    assert 2 * 64 <= width < 2 * 80


def test_a_written_folder_reads_back_as_the_same_data_set(tmp_path):
    arguments = ["--style", "sim", "--split", "val", "--count", "3", *SIZE]
    assert main(["--write", str(tmp_path), *arguments]) == 0
    written = FolderDomain(tmp_path)
    drawn = StreetsDomain("sim", size=(32, 64))
    assert written.class_set == STREETS
    assert len(written.keys("val")) == 3
    for ours, theirs in zip(
        drawn.keys("val"), written.keys("val"), strict=False
    ):
        np.testing.assert_array_equal(
            drawn.read_image(ours), written.read_image(theirs)
        )
        np.testing.assert_array_equal(
            drawn.read_label(ours), written.read_label(theirs)
        )


def test_the_class_map_lists_ids_and_colours(tmp_path):
    main(["--write", str(tmp_path), "--count", "1", *SIZE])
    text = (tmp_path / "classes.yaml").read_text(encoding="utf-8")
    classes = yaml.safe_load(text)["classes"]
    assert classes[5] == {"name": "sky", "id": 5, "color": [110, 175, 230]}
    assert len(classes) == STREETS.num_classes


def test_a_wrong_size_is_one_sentence_on_standard_error(tmp_path, capsys):
    path = str(tmp_path / "sheet.png")
    assert main(["--out", path, "--size", "4", "4"]) == 1
    assert "at least 16 pixels" in capsys.readouterr().err
