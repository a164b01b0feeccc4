"""`tf_advseg import_labels` at the door."""

import pytest
import toy_exports as toys

from tf_advseg import cli

CAR = {"category_id": 2, "segmentation": {"size": [5, 6], "counts": [6, 24]}}


@pytest.fixture
def given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    toys.photos(tmp_path / "photos")
    toys.coco(tmp_path / "x.json", [CAR])
    return tmp_path


def test_an_export_becomes_a_folder(given, capfd):
    words = ["import_labels", "x.json", "--images=photos", "--out=new/out"]
    assert cli.main(words) == 0
    assert "1 labelled images into new/out" in capfd.readouterr().out
    # Down the columns: five pixels of the first, and one of the second.
    first, second = toys.label(given / "new/out").T.tolist()[:2]
    assert first == [255] * 5 and second == [255, 1, 1, 1, 1]


@pytest.mark.parametrize(
    "words, message",
    [
        (["--out=out"], "Say which: tf_advseg import_labels EXPORT"),
        (["x.json"], "--out=FOLDER"),
        (["y.json", "--out=out"], "There is no export 'y.json'"),
        (["x.json", "x.json", "--out=out"], "Say one export"),
        (["x.json", "--out=photos"], "is there already"),
        (["x.json", "--out=out", "--format=coca"], "Did you mean 'coco'?"),
        (["x.json", "--out=out", "--images=pix"], "'pix' does not exist"),
        (["x.json", "--out=out", "--format=cvat"], "no valid XML"),
        (["photos", "--out=out"], "holds no export"),
    ],
)
def test_a_mistake_is_one_sentence(given, capfd, words, message):
    assert cli.main(["import_labels", *words]) == 1
    said = capfd.readouterr().err
    assert message in said and "Traceback" not in said
    assert not (given / "out").exists()
