"""A split is surveyed whole, or some of its files, evenly spread."""

from toy_domains import write_folder

from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import doctor


def test_some_files_are_opened_and_all_are_counted(tmp_path):
    root = write_folder(tmp_path / "renders", num_images=9)
    for index in (1, 4, 5, 7):
        (root / f"labels/{index}.png").unlink()
    domain = FolderDomain(root)
    some = doctor.survey(domain, "train", "source", most=3)
    assert [pair.key for pair in some.pairs] == [
        "images/0.png",
        "images/3.png",
        "images/6.png",
    ]
    assert some.num_images == 9
    (finding,) = [
        f for f in doctor.examine([some]) if f.code == "missing_label"
    ]
    assert finding.sentence.startswith("4 images of 9 without a label")
    assert len(doctor.survey(domain, "train", "source").pairs) == 9
