"""The commit of a checkout, and of nothing that merely lies in one."""

import shutil
import subprocess

import pytest

from tf_advseg.base.process import code_version

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="no git here")


@pytest.fixture
def checkout(tmp_path):
    def git(*words):
        who = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True)

    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "it")
    return package


def test_a_checkout_has_a_commit_and_says_whether_it_was_changed(checkout):
    clean = code_version.commit(checkout)
    assert clean is not None and len(clean) == 12
    (checkout / "__init__.py").write_text("x = 1")
    assert code_version.commit(checkout) == f"{clean}-dirty"


def test_a_package_installed_inside_of_a_checkout_is_no_part_of_it(checkout):
    inside = checkout / "venv"
    inside.mkdir()
    (inside / "__init__.py").write_text("")
    assert code_version.commit(inside) is None


def test_elsewhere_there_is_none(tmp_path):
    (tmp_path / "__init__.py").write_text("")
    assert code_version.commit(tmp_path) is None
