"""What a setting names must be there: looked for before TensorFlow comes.

Only the door asks (`Settings.look`), of what the user typed. Settings that a
run recorded may name what is gone by now, and a library's user may have
registered methods and networks that no file of this package knows.
"""

import glob
import re
import sys
from pathlib import Path

import tf_advseg
from tf_advseg import starter
from tf_advseg.base import call_strings
from tf_advseg.base import checks
from tf_advseg.base.checks import DataError

_PACKAGE = Path(tf_advseg.__file__).parent
_NAME = re.compile(r'^    name: ClassVar\[str\] = "(\w+)"$', re.MULTILINE)


def names_in(package: str) -> list[str]:
    """The names of the methods, backbones or decoders in a package's files."""
    folder = _PACKAGE.joinpath(*package.split(".")[1:])
    texts = (file.read_text("utf-8") for file in sorted(folder.glob("*.py")))
    return [name for text in texts for name in _NAME.findall(text)]


def find_method(call: str) -> None:
    """Raises `ValueError` if there is no such method."""
    _find("method", call, "tf_advseg.methods")


def find_compared(call: str) -> None:
    """Raises `ValueError` if `--compare` names no method."""
    if call not in ("auto", "none"):
        find_method(call)


def find_backbone(call: str) -> None:
    """Raises `ValueError` if there is no such backbone."""
    _find("backbone", call, "tf_advseg.networks.backbones")


def find_decoder(call: str) -> None:
    """Raises `ValueError` if there is no such decoder."""
    _find("decoder", call, "tf_advseg.networks.decoders")


def find_domain(names: str) -> None:
    """Raises `DataError` if a path leads nowhere; names are not looked up.

    `ValueError` if there are several, and they or their shares make no sense.
    """
    for name, _ in call_strings.parse_shares(names):
        base = re.split("[:(]", name)[0]
        if not re.search(r"[/\\]", base) or Path(name).exists():
            continue
        if not any(parent.is_file() for parent in Path(name).parents):
            raise DataError(f"The folder {name!r} does not exist.")


def find_file(path: str) -> None:
    """Raises `DataError` if there is no such file."""
    if not Path(path).exists():
        raise DataError(f"The file {path!r} does not exist.")


def find_model(path: str) -> None:
    """Raises `ValueError` if there is neither a file nor a folder."""
    if not Path(path).exists():
        raise ValueError(
            f"There is no model {path!r}; expected a .keras file or the "
            "folder of a training run."
        )


def find_models(paths: str) -> None:
    """Raises `ValueError` if one of several, separated by commas, is not."""
    for path in filter(None, map(str.strip, paths.split(","))):
        find_model(path)


def find_models_or_starter(paths: str) -> None:
    """As `find_models`; the model that comes with the package is there."""
    if not starter.is_meant(paths):
        find_models(paths)


def find_exported(path: str) -> None:
    """As `find_file`; the model that comes with the package is there."""
    find_file(starter.find(path))


def find_input(where: str) -> None:
    """Raises `DataError` if there is neither a file nor a folder."""
    if not Path(where).exists() and not glob.has_magic(where):
        raise DataError(
            f"The input {where!r} does not exist; expected an image, a video, "
            "a folder, or a pattern in quotes ('photos/*.jpg')."
        )


def find_run(path: str) -> None:
    """Raises `DataError` if there is no such folder."""
    checks.check_folder("The run", path)


def _find(what: str, call: str, package: str) -> None:
    if package not in sys.modules:  # Who imported it may have added to it.
        name, _ = call_strings.parse(call)
        checks.check_choice(what, name, names_in(package))
