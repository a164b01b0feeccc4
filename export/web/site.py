"""Assembles the static folder of the browser page.

    SITE/index.html  style.css  js/     the page, from this folder
    SITE/vendor/litert/                 LiteRT's runtime, from its npm package
    SITE/models/NAME.tflite             the artefacts
    SITE/models/models.json             their names, for the page

The runtime (9 MB a build) is not part of this project: it comes from the npm
package that `package.json` pins.
"""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.base.files.claims import work_folder
from tf_advseg.export.edge.artefact import read_artefact
from tf_advseg.export.edge.errors import EdgeError
from tf_advseg.export.publishing import publish
from tf_advseg.export.publishing import put_back

PAGE = Path(__file__).parent
PAGE_FILES = ("index.html", "style.css")
# What the page loads: with relaxed SIMD, and for browsers without it.
RUNTIME_BUILDS = ("litert_wasm_internal", "litert_wasm_compat_internal")


def write_site(
    models: Sequence[str | Path],
    out: str | Path,
    packages: str | Path | None = None,
) -> Path:
    """Writes the folder; returns its path.

    Args:
        models: Exported .tflite files; the page opens the first.
        out: The folder to make. One that an earlier call made is replaced.
        packages: A `node_modules` folder with `@litertjs`; None installs
            the pinned package with npm into a temporary folder.

    Raises:
        DataError: If a model is missing or carries no metadata, two have one
            name, `out` holds something else, or the packages are not there.
    """
    models, out = [Path(model) for model in models], Path(out)
    _check_models(models)
    put_back(out.parent)
    _check_replaceable(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with work_folder(out.parent, ".site-") as work:
        packages = Path(packages) if packages else _installed(work)
        site = work / "site"
        _copy_page(site)
        _copy_runtime(packages, site / "vendor" / "litert")
        _copy_models(models, site / "models")
        publish(site, out)
    return out


def pinned_packages() -> dict[str, str]:
    """Returns the npm packages that the page needs, with their versions."""
    text = (PAGE / "package.json").read_text(encoding="utf-8")
    return json.loads(text)["dependencies"]


def _check_models(models):
    names = [model.name for model in models]
    if len(set(names)) != len(names):
        raise DataError(
            f"The models need different file names; received {names}."
        )
    for model in models:
        try:
            read_artefact(model)
        except EdgeError as error:
            raise DataError(str(error)) from None


def _check_replaceable(out):
    """A folder of anything but an earlier page is never removed."""
    if out.exists() and not (out / "vendor" / "litert").is_dir():
        if out.is_dir() and not any(out.iterdir()):
            return
        raise DataError(
            f"{str(out)!r} exists and holds no page of an earlier call; give "
            "a folder that does not exist."
        )


def _installed(work: Path) -> Path:
    """Installs the pinned npm packages; returns `node_modules`."""
    if not shutil.which("npm"):
        wanted = " ".join(f"{n}@{v}" for n, v in pinned_packages().items())
        raise DataError(
            "The runtime comes from npm, which is not installed here: run "
            f"`npm install {wanted}` on another machine and give its "
            "node_modules folder with --packages."
        )
    shutil.copy(PAGE / "package.json", work)
    command = ["npm", "install", "--no-package-lock", "--ignore-scripts"]
    command += ["--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True)
    if done.returncode:
        raise DataError(
            "npm cannot install the runtime: "
            f"{(done.stderr.strip() or 'no reason given').splitlines()[-1]}"
        )
    return work / "node_modules"


def _copy_page(site):
    site.mkdir()
    for name in PAGE_FILES:
        shutil.copy(PAGE / name, site)
    shutil.copytree(PAGE / "js", site / "js")


def _copy_runtime(packages: Path, folder: Path) -> None:
    core = packages / "@litertjs" / "core"
    files = {
        core / "dist" / "index.js": "core.js",
        # Says the version and the licence.
        core / "package.json": "package.json",
        packages / "@litertjs/wasm-utils/dist/index.js": "wasm-utils.js",
    }
    for build in RUNTIME_BUILDS:
        for suffix in (".js", ".wasm"):
            files[core / "wasm" / (build + suffix)] = f"wasm/{build}{suffix}"
    for source, name in files.items():
        if not source.is_file():
            version = pinned_packages()["@litertjs/core"]
            raise DataError(
                f"{str(packages)!r} holds no {source.relative_to(packages)}; "
                f"expected the packages of @litertjs/core {version}."
            )
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def _copy_models(models, folder):
    folder.mkdir()
    for model in models:
        shutil.copy(model, folder)
    names = [model.name for model in models]
    (folder / "models.json").write_text(json.dumps(names), encoding="utf-8")
