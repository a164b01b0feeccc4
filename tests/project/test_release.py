"""What is released: one version, a book of changes, and the files packed."""

import datetime
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile

import pytest
import yaml
from packaging.version import Version
from places import ROOT

import tf_advseg

CHANGES = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
NOT_PACKED = {"tf_advseg/export/edge/ruff.toml"}
"""Files in the package's folders that only the checkout needs."""


def released():
    """(version, date) of the book's releases, the newest first."""
    return re.findall(r"^## (\d\S*) - (\S+)$", CHANGES, re.MULTILINE)


def test_the_version_stands_in_one_place_and_is_the_newest_of_the_book():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "version" not in project and project["dynamic"] == ["version"]
    assert tf_advseg.__version__ == released()[0][0]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == tf_advseg.__version__


def test_the_book_of_changes_keeps_its_form():
    titles = re.findall(r"^## (.+)$", CHANGES, re.MULTILINE)
    assert titles[0] == "Unreleased"
    assert titles[1:] == [f"{version} - {date}" for version, date in released()]
    versions = [Version(version) for version, _ in released()]
    assert versions == sorted(set(versions), reverse=True)
    dates = [datetime.date.fromisoformat(date) for _, date in released()]
    assert dates == sorted(dates, reverse=True)
    for section in re.split(r"^## .+$", CHANGES, flags=re.MULTILINE)[1:]:
        kinds = re.findall(r"^### (.+)$", section, re.MULTILINE)
        assert len(set(kinds)) == len(kinds)
        assert set(kinds) <= set(KINDS)


def checkout_files():
    """What git knows, and what is new and not ignored."""
    run = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        pytest.skip("no git checkout here")
    return run.stdout.splitlines()


def package_files():
    """Those of the package, under the names that Python sees."""
    rooms = ("datasets/", "export/")
    found = {
        f"tf_advseg/{path}" if path.startswith(rooms) else path
        for path in checkout_files()
        if path.startswith((*rooms, "tf_advseg/"))
    }
    return found - NOT_PACKED - {"tf_advseg/datasets", "tf_advseg/export"}


def build(kind, source, out):
    """Builds what `python -m build` does, without the network."""
    out.mkdir()
    call = f"from setuptools.build_meta import *; build_{kind}({str(out)!r})"
    done = subprocess.run(
        [sys.executable, "-c", call],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
    )
    assert done.returncode == 0, done.stderr
    (made,) = out.iterdir()
    return made


def files_below(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix() for path in files}


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """What the sdist holds, and the folder of the wheel built of it."""
    work = tmp_path_factory.mktemp("packed")
    for path in checkout_files():
        (work / "copy" / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, work / "copy" / path, follow_symlinks=False)
    sdist = build("sdist", work / "copy", work / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(work / "unpacked", filter="data")
    (unpacked,) = (work / "unpacked").iterdir()
    in_sdist = files_below(unpacked)
    wheel = build("wheel", unpacked, work / "wheel")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(work / "installed")
    return in_sdist, work / "installed"


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_nothing_else(packed):
    _, wheel = packed
    found = files_below(wheel)
    of_pip = {path for path in found if ".dist-info/" in path}
    assert found - of_pip == package_files()
    version = tf_advseg.__version__
    (metadata,) = [path for path in of_pip if path.endswith("/METADATA")]
    assert f"\nVersion: {version}\n" in (wheel / metadata).read_text()
    assert any(path.endswith("licenses/LICENSE") for path in of_pip)


@pytest.mark.slow
def test_the_sdist_holds_what_the_wheel_is_made_of_and_no_tests(packed):
    sdist, _ = packed
    made = {path for path in sdist if path.startswith("tf_advseg/")}
    assert made == package_files()
    of_tools = {"MANIFEST.in", "PKG-INFO", "setup.cfg"}
    others = {path for path in sdist - made if ".egg-info/" not in path}
    assert others - of_tools == {
        "CHANGELOG.md",
        "CITATION.cff",
        "LICENSE",
        "README.md",
        "pyproject.toml",
    }


def test_a_python_that_is_not_there_is_named():
    done = subprocess.run(
        [ROOT / ".ci/check_release", "python9.9"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "python9.9: NOT FOUND\n")
