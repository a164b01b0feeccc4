"""The doctor, and manifests, on files that mean harm or have odd names."""

import zipfile

import numpy as np
import pytest
from hostile_files import NAMES
from hostile_files import bomb
from toy_domains import CLASSES
from toy_domains import write_folder
from toy_domains import write_image
from toy_domains import write_label

from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets.doctor import examine
from tf_advseg.datasets.doctor import report
from tf_advseg.datasets.doctor import surveying
from tf_advseg.datasets.file_facts import opening
from tf_advseg.datasets.manifests.making import manifest_of
from tf_advseg.experiment import registry


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TF_ADVSEG_CACHE", str(tmp_path / "cache"))


def findings(domain, role="target"):
    survey = surveying.survey(domain, "train", role)
    found = {finding.code: finding for finding in examine([survey])}
    # Whatever the names, the report can be printed and is one line a finding.
    text = report.text([survey], ["0" * 12], list(found.values()))
    text.encode("utf-8")
    return found


def written(tmp_path):
    """A folder of images that differ."""
    draws = np.random.default_rng(0)
    for name in NAMES:
        write_image(
            tmp_path / "images" / f"{name}.png", value=draws.integers(9)
        )
        write_label(tmp_path / "labels" / f"{name}.png", np.ones((8, 16)))
    class_map = tmp_path / "toys.yaml"
    class_map.write_text("classes: [{name: road, id: 0}, {name: car, id: 1}]")
    return FolderDomain(tmp_path, class_map, class_set=CLASSES)


def test_names_of_all_kinds_are_reported_in_one_line_each(tmp_path):
    domain = written(tmp_path / "data")
    found = findings(domain)
    assert set(found) <= {"duplicate", "blank"}
    assert all("\n" not in f.sentence for f in found.values())
    manifest = manifest_of(domain, "train")
    assert manifest.num_images == len(NAMES)
    manifest.save(tmp_path / "m.json")


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (bomb, "too_large", "has too many pixels or bytes"),
        (lambda path: path.write_bytes(b""), "empty", "is empty (0 bytes)"),
        (
            lambda path: path.write_bytes(b"GIF89a or not"),
            "no_image",
            "is of no known image format",
        ),
        (lambda path: path.symlink_to("gone"), "missing", "is gone"),
    ],
)
def test_a_harmful_file_is_one_sentence(tmp_path, spoil, code, words):
    root = write_folder(tmp_path / "renders", num_images=3)
    (root / "images/1.png").unlink()
    spoil(root / "images/1.png")
    found = findings(FolderDomain(root))
    assert found[code].severity == "error"
    assert words in found[code].sentence
    assert found[code].files == (str(root / "images/1.png"),)
    assert manifest_of(FolderDomain(root), "train").num_images == 3


def test_a_file_without_the_right_to_read_is_one_sentence(
    tmp_path, monkeypatch
):
    def refuse(*_args):
        raise PermissionError(13, "Permission denied")

    root = write_folder(tmp_path / "renders", num_images=3)
    # Whoever runs the tests as root may read everything.
    monkeypatch.setattr(opening, "open", refuse, raising=False)
    domain = FolderDomain(root)
    found = surveying.scan(
        [surveying.PairTask("a", str(root / "images/1.png"))]
    )
    assert found[0].image.problem.kind == "unreadable"
    assert found[0].image.problem.sentence.endswith(
        "1.png' cannot be read: Permission denied."
    )
    assert domain.name == "renders"


def test_data_in_an_archive_has_the_id_of_the_folder(tmp_path):
    root = tmp_path / "gta5"
    for name in ("00001", "00002"):
        write_image(root / "images" / f"{name}.png", value=int(name))
        write_label(root / "labels" / f"{name}.png", np.full((8, 16), 7))
    archive = tmp_path / "packed" / "gta5.zip"
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(root.rglob("*.png")):
            file.write(path, path.relative_to(root).as_posix())
    unpacked = registry.make_domain(f"gta5:{root}")
    packed = registry.make_domain(f"gta5:{archive}")
    survey = surveying.survey(packed, "train", "source")
    assert survey.class_counts[0] == 2 * 8 * 16
    assert manifest_of(packed, "train").id == manifest_of(unpacked, "train").id
