"""Ids of data: what changes them, what does not, how a change is named."""

import dataclasses
import hashlib
import json
import os
import shutil
import time

import numpy as np
import pytest
from toy_domains import NumberedDomain
from toy_domains import write_folder
from toy_domains import write_image
from toy_domains import write_label

from tf_advseg.base.checks import DataError
from tf_advseg.commands import manifest as manifest_command
from tf_advseg.datasets import PUBLISHED
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import StreetsDomain
from tf_advseg.datasets.manifests.croissant import load_croissant
from tf_advseg.datasets.manifests.croissant import save_croissant
from tf_advseg.datasets.manifests.difference import differences
from tf_advseg.datasets.manifests.hash_cache import HashCache
from tf_advseg.datasets.manifests.making import manifest_of
from tf_advseg.datasets.manifests.manifest import Entry
from tf_advseg.datasets.manifests.manifest import load_manifest
from tf_advseg.datasets.manifests.manifest import make_manifest
from tf_advseg.datasets.streets import domain as domain_of_streets
from tf_advseg.runs import data as run_data
from tf_advseg.settings.manifest import ManifestSettings


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TF_ADVSEG_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def root(tmp_path):
    return write_folder(tmp_path / "renders")


def made(root, split="train"):
    return manifest_of(FolderDomain(root), split)


def test_the_id_is_of_the_content_in_canonical_json():
    image = Entry("images/a.png", 3, "00ff")
    manifest = make_manifest([(image, None)], about={"name": "any"})
    text = '{"pairs":[[["images/a.png",3,"00ff"],null]]}'
    assert manifest.id == hashlib.sha256(text.encode()).hexdigest()[:12]


def test_the_place_and_the_order_do_not_matter(root, tmp_path):
    moved = shutil.copytree(root, tmp_path / "elsewhere" / "other name")
    assert made(moved).id == made(root).id
    manifest = made(root)
    again = make_manifest(reversed(manifest.pairs), manifest.class_map)
    assert again.id == manifest.id


@pytest.mark.parametrize(
    ("change", "clause"),
    [
        (
            lambda root: write_image(root / "images/1.png", value=99),
            "1 file is changed ('images/1.png')",
        ),
        (
            lambda root: write_label(root / "labels/1.png", np.ones((8, 17))),
            "1 file is changed ('labels/1.png')",
        ),
        (
            lambda root: write_image(root / "images/9.png"),
            "1 file is new ('images/9.png')",
        ),
        (
            lambda root: (root / "labels/2.png").unlink(),
            "1 file is missing ('labels/2.png')",
        ),
        (
            lambda root: (root / "classes.yaml").write_text(
                (root / "classes.yaml").read_text().replace("id: 2", "id: 7")
            ),
            "codes of class 'sky' was [2] and is [7]",
        ),
    ],
)
def test_every_change_changes_the_id_and_is_named(root, change, clause):
    before = made(root)
    change(root)
    after = made(root)
    assert after.id != before.id
    assert differences(before, after) == [clause]
    assert differences(before, before) == []


def test_colours_for_pictures_do_not_matter(root):
    before = made(root)
    text = (root / "classes.yaml").read_text()
    (root / "classes.yaml").write_text(
        text.replace("id: 2", "id: 2, color: [1, 2, 3]")
    )
    assert made(root).id == before.id


def test_streets_are_known_by_their_recipe():
    ids = {
        manifest_of(StreetsDomain(style, seed=seed, train=3), split).id
        for style in ("sim", "real")
        for seed in (0, 1)
        for split in ("train", "val")
    }
    assert len(ids) == 8
    again = manifest_of(StreetsDomain("sim", train=3), "train")
    assert again.id in ids and again.num_images == 3
    assert manifest_of(NumberedDomain(4), "train").num_images == 4


def test_a_manifest_survives_its_file_and_a_changed_one_is_refused(
    root, tmp_path
):
    manifest = made(root)
    manifest.save(tmp_path / "m.json")
    assert load_manifest(tmp_path / "m.json") == manifest
    text = (tmp_path / "m.json").read_text()
    (tmp_path / "m.json").write_text(text.replace("images/1", "images/5"))
    with pytest.raises(DataError, match=r"says that its id is .* changed"):
        load_manifest(tmp_path / "m.json")
    (tmp_path / "m.json").write_text("[]")
    with pytest.raises(DataError, match="is no manifest; expected a file"):
        load_manifest(tmp_path / "m.json")


def test_every_byte_of_a_manifest_file_counts(root, tmp_path):
    manifest = dataclasses.replace(made(root), about={"licence": "CC BY 4.0"})
    file = tmp_path / "m.json"
    manifest.save(file)
    data = file.read_bytes()
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1
        file.write_bytes(changed)
        try:  # White space may differ, and says nothing.
            assert load_manifest(file) == manifest
        except DataError as error:
            assert str(file) in str(error)


def test_a_manifest_without_a_checksum_is_read_as_before(root, tmp_path):
    manifest = made(root)
    manifest.save(tmp_path / "m.json")
    values = json.loads((tmp_path / "m.json").read_text())
    del values["checksum"]
    (tmp_path / "m.json").write_text(json.dumps(values))
    assert load_manifest(tmp_path / "m.json") == manifest


def settled(root):
    """Makes all files old enough to be remembered."""
    past = time.time() - 100
    for path in root.rglob("*.png"):
        os.utime(path, (past, past))


def test_files_are_hashed_once(root, tmp_path, monkeypatch):
    settled(root)
    before = made(root)
    monkeypatch.setattr(
        "tf_advseg.datasets.manifests.hash_cache._hash",
        lambda path: pytest.fail(f"{path} is hashed again"),
    )
    assert made(root).id == before.id
    write_image(root / "images/1.png", value=99)
    with pytest.raises(pytest.fail.Exception, match=r"1\.png is hashed again"):
        made(root)


def test_files_that_just_changed_are_not_remembered(root):
    path = root / "images/1.png"
    cache = HashCache(root)
    cache.hash(path)
    cache.save()
    status = path.stat()
    path.write_bytes(bytes(status.st_size))  # As long, within the same tick.
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    expected = hashlib.sha256(bytes(status.st_size)).hexdigest()
    assert HashCache(root).hash(path) == (status.st_size, expected)


def test_a_byte_that_changed_and_left_the_time_alone_is_named(root, tmp_path):
    settled(root)
    file, lines = str(tmp_path / "renders.json"), []
    options = {"data": str(root)}
    manifest_command.run(ManifestSettings(out=file, **options), lines.append)
    path = root / "images/1.png"
    status, data = path.stat(), bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    settings = ManifestSettings(against=file, **options)
    assert manifest_command.run(settings, lines.append) == 5
    assert lines[-1] == "Difference: 1 file is changed ('images/1.png')."


def test_a_broken_cache_is_done_without(root, tmp_path):
    settled(root)
    before = made(root)
    (cache,) = (tmp_path / "cache" / "hashes").iterdir()
    cache.write_text("{")
    assert made(root).id == before.id


def test_a_run_records_ids_and_keeps_manifests(root, tmp_path):
    source = FolderDomain(root)
    target = StreetsDomain("real", train=3, val=2)
    manifests = run_data.run_manifests(source, target, "train", "train", "val")
    facts = run_data.record(tmp_path / "run", manifests)
    assert json.loads((tmp_path / "run/data.json").read_text()) == facts
    assert facts["source"] == {
        "name": "renders",
        "split": "train",
        "id": made(root).id,
        "num_images": 3,
    }
    assert facts["eval"]["num_images"] == 2
    kept = run_data.find_manifest(made(root).id, tmp_path / "run")
    assert kept == made(root)


def test_changed_data_is_refused_with_the_differences(root, tmp_path):
    old = {"source": made(root)}
    run_data.record(tmp_path / "run", old)
    old["source"].save(tmp_path / "old.json")
    write_image(root / "images/1.png", value=99)
    new = {"source": made(root)}
    for expected in (old["source"].id, "run", "old.json"):
        path = tmp_path / expected
        expected = str(path) if path.exists() else expected
        run_data.check_expected(expected, old)
        with pytest.raises(DataError) as caught:
            run_data.check_expected(expected, new)
        assert str(caught.value) == (
            "The data is not what was expected: the source renders/train has "
            f"the id {new['source'].id}, not {old['source'].id}: 1 file is "
            "changed ('images/1.png')."
        )
    with pytest.raises(DataError, match="1 file is changed"):
        run_data.record(tmp_path / "run", new)


def test_an_id_without_a_manifest_is_said_to_be_one(root):
    with pytest.raises(DataError, match="only the id is known"):
        run_data.check_expected("0123456789ab", {"eval": made(root)})
    with pytest.raises(ValueError, match="is no id"):
        run_data.check_expected("nonsense", {"eval": made(root)})


@pytest.mark.slow
def test_a_croissant_document_is_valid_and_gives_the_manifest_back(
    root, tmp_path
):
    mlcroissant = pytest.importorskip("mlcroissant")
    (root / "labels/2.png").unlink()
    manifest = made(root)
    about = {
        "name": "renders",
        "title": "Renders",
        "split": "train",
        "licence": "CC BY 4.0",
        "creators": ["Ada Lovelace", "Alan Turing"],
        "url": "https://example.org/renders",
    }
    manifest = dataclasses.replace(manifest, about=about)
    path = tmp_path / "renders.croissant.json"
    save_croissant(manifest, path)
    metadata = mlcroissant.Dataset(jsonld=str(path)).metadata
    assert not metadata.issues.errors
    assert [person.name for person in metadata.creators] == about["creators"]
    again = load_croissant(path)
    assert again.id == manifest.id
    assert again.about["licence"] == "CC BY 4.0"
    document = json.loads(path.read_text())
    sizes = {f["@id"]: f["contentSize"] for f in document["distribution"]}
    number = (root / "images/0.png").stat().st_size
    assert sizes["images/0.png"] == f"{number} B"


@pytest.mark.slow
def test_what_croissant_cannot_hold_is_refused(tmp_path):
    pytest.importorskip("mlcroissant")
    streets = manifest_of(StreetsDomain("sim", train=3), "train")
    with pytest.raises(DataError, match="is drawn and has no files"):
        save_croissant(streets, tmp_path / "x.croissant.json")
    (tmp_path / "y.croissant.json").write_text("{}")
    with pytest.raises(DataError, match="is no valid Croissant document"):
        load_croissant(tmp_path / "y.croissant.json")


def test_published_data_sets_know_licence_and_creators():
    for data in PUBLISHED.values():
        assert data.licence and data.creators


def test_the_command_writes_and_compares(root, tmp_path):
    lines = []

    def run(**options):
        settings = ManifestSettings(data=str(root), **options)
        return manifest_command.run(settings, lines.append)

    file = str(tmp_path / "renders.json")
    assert run(out=file) == 0
    assert lines[0].startswith(f"{made(root).id}  ")
    assert run(against=file) == 0
    assert run(against=load_manifest(file).id) == 0
    write_image(root / "images/1.png", value=99)
    assert run(against=file) == 5
    assert lines[-1] == "Difference: 1 file is changed ('images/1.png')."
    with pytest.raises(DataError, match="There is no file 'none'"):
        run(against="none")


@pytest.mark.parametrize(
    ("style", "colours", "road"),
    [
        (
            "sim",
            [[115.5, 107.6, 108.4], [135.8, 135.5, 135.3]],
            [817, 844],
        ),
        (
            "real",
            [[136.3, 139.1, 143.4], [172.6, 157.7, 142.0]],
            [622, 804],
        ),
    ],
)
def test_streets_that_look_different_need_another_version(style, colours, road):
    """Else two drawings would share an id: raise VERSION, record these anew."""
    assert domain_of_streets.VERSION == 1
    domain = StreetsDomain(style, size=(32, 64))
    for key, colour, pixels in zip(
        domain.keys("train"), colours, road, strict=False
    ):
        seen = domain.read_image(key).mean(axis=(0, 1))
        np.testing.assert_allclose(seen, colour, atol=0.5)
        assert abs(np.sum(domain.read_label(key) == 0) - pixels) <= 4
