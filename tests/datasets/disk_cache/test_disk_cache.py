"""The cache on disk: same pixels, whole or not at all, no one in the way."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from native_layouts import write
from packing import zip_folder
from places import ROOT
from places import TOYS
from toy_domains import NumberedDomain
from toy_domains import write_folder
from toy_domains import write_image

from tf_advseg.base.checks import DataError
from tf_advseg.datasets import NATIVE_DOMAINS
from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets import SampleOptions
from tf_advseg.datasets import StreetsDomain
from tf_advseg.datasets import pair
from tf_advseg.datasets.disk_cache.disk_cache import DiskCache
from tf_advseg.datasets.disk_cache.opening import open_disk_cache

RANDOM = SampleOptions(
    size=(8, 16), crop=(6, 12), flip=True, scale_range=(0.5, 1.5)
)


class Cacheable(NumberedDomain):
    """Knows when it changes: never."""

    def fingerprint(self, split, with_labels):
        return "numbers"


def sample(number, size=(4, 6)):
    draw = np.random.default_rng(number)
    return (
        draw.integers(0, 256, (*size, 3), np.uint8),
        draw.integers(0, 256, size, np.uint8),
    )


def fill(cache, numbers):
    """Asks for samples; returns the keys of those that were decoded."""
    decoded = []
    for number in numbers:
        key = f"{number}.png"

        def read(key=key, number=number):
            decoded.append(key)
            return sample(number)

        found = cache.get(key, read)
        for one, other in zip(found, sample(number), strict=True):
            np.testing.assert_array_equal(one, other)
    return decoded


def cache_of(folder, **options):
    return DiskCache(folder, **{"reserved_bytes": 0} | options)


def batches(count, **options):
    domain = options.pop("source", None) or Cacheable()
    arguments = {
        "source_options": RANDOM,
        "target_options": RANDOM,
        "batch_size": 2,
        "seed": 7,
        "cache_bytes": 0,
    }
    target = Cacheable(5, labels=False)
    dataset = pair(domain, target, **(arguments | options))
    return list(dataset.take(count).as_numpy_iterator())


def assert_equal(first, second):
    assert len(first) == len(second) > 0
    for one, other in zip(first, second, strict=True):
        tf.nest.map_structure(np.testing.assert_array_equal, one, other)


def test_what_is_stored_is_not_decoded_again(tmp_path):
    cache = cache_of(tmp_path)
    assert len(fill(cache, [0, 1, 2, 1, 0])) == 3
    cache.close()
    again = cache_of(tmp_path)
    assert len(again) == 3
    assert fill(again, [2, 0, 1]) == []


def test_shards_are_tfrecords_that_anyone_can_read(tmp_path):
    cache = cache_of(tmp_path, shard_bytes=200)
    fill(cache, range(5))
    cache.close()
    shards = sorted(map(str, tmp_path.glob("*.tfrecord")))
    assert len(shards) == 3
    records = list(tf.data.TFRecordDataset(shards).as_numpy_iterator())
    assert records[4] == b"".join(array.tobytes() for array in sample(4))


def test_batches_are_bit_equal_with_the_cache_cold_and_warm(tmp_path):
    plain = batches(9)
    assert_equal(batches(9, cache_dir=tmp_path), plain)
    source = Cacheable()
    assert_equal(batches(9, cache_dir=tmp_path, source=source), plain)
    assert source.images_read == []


@pytest.mark.parametrize("name", ["gta5", "camvid", "synthia"])
def test_files_and_archives_give_bit_equal_samples_from_the_cache(
    name, tmp_path
):
    root = write(name, tmp_path / "data")
    (tmp_path / "zips").mkdir()
    zip_folder(root, tmp_path / "zips/all.zip")
    options = SampleOptions(size=(5, 9), flip=True)
    seen = []
    for place in (root, tmp_path / "zips", tmp_path / "zips"):
        for cache_dir in (None, tmp_path / f"cache of {place.name}"):
            domain = NATIVE_DOMAINS[name](place)
            seen.append(
                batches(
                    6,
                    source=domain,
                    source_options=options,
                    cache_dir=cache_dir,
                )
            )
    for other in seen[1:]:
        assert_equal(other, seen[0])


def test_a_run_goes_on_where_another_was_killed(tmp_path):
    killed = cache_of(tmp_path, shard_bytes=200)
    fill(killed, range(5))
    killed._folder_lock.release()  # As the system does when a process dies.
    assert len(list(tmp_path.glob(".unfinished-*"))) == 1
    cache = cache_of(tmp_path, shard_bytes=200)
    assert not list(tmp_path.glob(".unfinished-*"))
    assert fill(cache, range(6)) == ["4.png", "5.png"]
    cache.close()
    assert fill(cache_of(tmp_path), range(6)) == []


def test_a_shard_without_index_does_not_count(tmp_path):
    cache = cache_of(tmp_path, shard_bytes=200)
    fill(cache, range(4))
    cache.close()
    (tmp_path / "00002.json").unlink()
    again = cache_of(tmp_path)
    assert fill(again, range(4)) == ["2.png", "3.png"]
    again.close()
    assert fill(cache_of(tmp_path), range(4)) == []


@pytest.mark.parametrize("damage", ["flip", "cut", "gone", "index"])
def test_damage_is_noticed_and_mended(damage, tmp_path, caplog):
    cache = cache_of(tmp_path, shard_bytes=200)
    fill(cache, range(4))
    cache.close()
    shard = tmp_path / "00001.tfrecord"
    data = bytearray(shard.read_bytes())
    if damage == "flip":
        data[40] ^= 1
        shard.write_bytes(data)
    if damage == "cut":
        shard.write_bytes(data[:-1])
    if damage == "gone":
        shard.unlink()
    if damage == "index":
        (tmp_path / "00001.json").write_text('{"format": 1, "bytes"')
    again = cache_of(tmp_path)
    decoded = fill(again, range(4))
    assert set(decoded) <= {"0.png", "1.png"} and "0.png" in decoded
    again.close()
    assert fill(cache_of(tmp_path), range(4)) == []
    assert ("is damaged" in caplog.text) == (damage == "flip")


def test_one_writes_and_others_read(tmp_path):
    first = cache_of(tmp_path, shard_bytes=200)
    fill(first, range(3))
    second = cache_of(tmp_path, shard_bytes=200)
    assert fill(second, range(4)) == ["2.png", "3.png"]
    assert fill(first, range(4)) == ["3.png"]
    second.close()
    first.close()
    third = cache_of(tmp_path)
    assert fill(third, range(5)) == ["4.png"]


def test_a_full_disk_ends_the_cache_and_nothing_else(
    tmp_path, monkeypatch, caplog
):
    cache = cache_of(tmp_path, shard_bytes=200)
    fill(cache, range(2))

    def full(writer, key, sample):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        name = "tf_advseg.datasets.disk_cache.shards.ShardWriter.add"
        patch.setattr(name, full)
        fill(cache, range(4))
    assert len(fill(cache, range(4))) == 2
    cache.close()
    text = "grows no further (No space left on device): training goes on"
    assert caplog.text.count(text) == 1
    assert not list(tmp_path.glob(".unfinished-*"))
    assert len(cache_of(tmp_path)) == 2


@pytest.mark.slow
def test_a_file_system_that_takes_no_more_is_survived(tmp_path, caplog):
    script = f"""
import resource, signal, sys
sys.path[:0] = [{str(TOYS)!r}, {str(Path(__file__).parent)!r}]
from test_disk_cache import cache_of, fill
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
cache = cache_of(Path({str(tmp_path)!r}))
print(len(fill(cache, range(300))), len(fill(cache, range(300))))
cache.close()
"""
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert run.stdout.split() == ["300", "300"]
    assert run.stderr.count("grows no further") == 1
    assert not list(tmp_path.glob(".unfinished-*"))


def test_space_is_left_for_checkpoints(tmp_path, monkeypatch, caplog):
    usage = shutil.disk_usage(tmp_path)._replace(free=2**30)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    cache = DiskCache(tmp_path)
    fill(cache, range(3))
    assert "(1.0 GiB of the disk are free, and 2 stay reserved)" in caplog.text
    assert not list(tmp_path.glob("*.tfrecord"))


def test_a_change_of_the_data_begins_another_cache(tmp_path, caplog):
    root = write_folder(tmp_path / "data")
    names = []

    def folder_now(size=(4, 4), with_labels=True):
        domain = FolderDomain(root)
        cache = open_disk_cache(
            tmp_path / "cache", domain, "train", size, with_labels
        )
        cache.close()
        names.append(cache.folder.name)
        return cache.folder.name

    first = folder_now()
    assert folder_now() == first
    assert first.startswith("data-train-4x4-labelled-")
    folder_now(size=(4, 5))
    folder_now(with_labels=False)
    folder_now(size=None)
    write_image(root / "images/0.png", value=200)
    os.utime(root / "images/0.png", ns=(1, 1))
    folder_now()
    os.utime(root / "labels/1.png", ns=(1, 1))
    folder_now()
    text = (root / "classes.yaml").read_text()
    (root / "classes.yaml").write_text(text.replace("id: 2", "id: [2, 9]"))
    folder_now()
    write_image(root / "images/9.png")
    shutil.copy(root / "labels/0.png", root / "labels/9.png")
    folder_now()
    assert len(set(names)) == len(names) - 1
    assert f"{first}: of other data, or of other code" in caplog.text
    about = json.loads((tmp_path / "cache" / first / "about.json").read_text())
    assert about["images"] == 3 and about["size"] == [4, 4]


def test_another_style_of_streets_is_another_cache(tmp_path):
    prints = {
        StreetsDomain(style, seed=seed).fingerprint(split, True)
        for style in ("sim", "real")
        for seed in (0, 1)
        for split in ("train", "val")
    }
    assert len(prints) == 8


def test_a_domain_that_cannot_tell_is_not_cached(tmp_path, caplog):
    plain = batches(3)
    assert_equal(batches(3, source=NumberedDomain(), cache_dir=tmp_path), plain)
    assert "'numbered' cannot tell when it changes" in caplog.text


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="give another --cache_dir"):
        batches(1, cache_dir=tmp_path / "file")


def test_corrupt_samples_are_never_stored(tmp_path):
    from tf_advseg.datasets import FaultLog

    source = Cacheable(4, corrupt=("001",))
    faults = FaultLog(limit=1.0)
    batches(8, source=source, cache_dir=tmp_path, faults=faults)
    (folder,) = tmp_path.glob("numbered-train-8x16-labelled-*")
    assert len(cache_of(folder)) == 3


def test_start_resumes_from_a_half_filled_cache(tmp_path):
    whole = batches(9)
    assert_equal(batches(1, cache_dir=tmp_path), whole[:1])
    assert_equal(batches(4, cache_dir=tmp_path, start=5), whole[5:])


@pytest.mark.slow
def test_a_killed_process_leaves_no_half_shard(tmp_path):
    script = f"""
import sys, itertools
sys.path[:0] = [{str(TOYS)!r}, {str(Path(__file__).parent)!r}]
from test_disk_cache import cache_of, sample
from pathlib import Path
cache = cache_of(Path({str(tmp_path)!r}), shard_bytes=20000)
for number in itertools.count():
    cache.get(f"{{number}}.png", lambda: sample(number))
    if number == 1000:
        print("ready", flush=True)
"""
    root = ROOT
    run = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=root
    )
    assert run.stdout.readline().strip() == b"ready"
    time.sleep(0.2)
    run.send_signal(signal.SIGKILL)
    run.wait()
    cache = cache_of(tmp_path)
    assert len(cache) > 900
    assert fill(cache, range(len(cache))) == []
