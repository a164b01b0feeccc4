"""Pushes an export to wherever its address leads."""

from collections.abc import Callable
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import check_folder
from tf_advseg.base.files.claims import work_folder
from tf_advseg.base.process.quiet_tensorflow import import_quietly
from tf_advseg.sharing import signing
from tf_advseg.sharing.push import hub
from tf_advseg.sharing.push import versions
from tf_advseg.sharing.push.contents import check_may_go
from tf_advseg.sharing.push.contents import contents_of
from tf_advseg.sharing.push.place import Place

_REGISTRY = "mlflow://"


def push(
    folder: str | Path,
    address: str,
    ungated: bool = False,
    write: Callable[[str], None] = print,
) -> None:
    """Makes an export what an address's readers see, all of it at once.

    Args:
        folder: The export's.
        address: A folder, an address that fsspec reads, hf://OWNER/NAME, or
            mlflow://NAME, whose version may get an alias: mlflow://NAME@ALIAS.
        ungated: Whether what the gate did not let through may go.
        write: Where the report goes.

    Raises:
        DataError: If it may not go, or does not arrive whole.
        ImportError: If a package for the address is not installed.
    """
    folder = check_folder("The export", folder)
    check_may_go(folder, ungated)
    contents = contents_of(folder)
    if address.startswith(hub.SCHEME):
        name = address.removeprefix(hub.SCHEME)
        write(f"Pushed: {hub.push(folder, contents, name)}")
        return
    if address.startswith(_REGISTRY):
        _register(folder, address.removeprefix(_REGISTRY), ungated, write)
        return
    done = versions.push(folder, contents, Place(address))
    write(
        f"Pushed to {address}: version {done.version} is current; "
        f"{done.num_sent} files sent, {done.num_there} were there."
    )


def check_address(address: str) -> None:
    """Raises what `push` would, if nothing can be pushed to an address.

    Whoever works long before pushing asks early. The hub and the registry
    are not asked.
    """
    if not address.startswith((hub.SCHEME, _REGISTRY)):
        Place(address)
    elif address.startswith(hub.SCHEME):
        hub.check_name(address.removeprefix(hub.SCHEME))


def _register(folder, name, ungated, write):
    """As `tf_advseg register` does, at MLFLOW_TRACKING_URI."""
    import_quietly()  # A SavedModel is looked into.
    from tf_advseg.model_registry.registering import register_model
    from tf_advseg.settings.register import parse_alias
    from tf_advseg.settings.register import parse_name

    name, _, alias = name.partition("@")
    register_model(
        folder,
        parse_name(name),
        alias=parse_alias(alias),
        ungated=ungated,
        write=write,
    )


def pull(
    address: str,
    out: str | Path,
    verify_key: str = "",
    write: Callable[[str], None] = print,
) -> None:
    """Fetches an address's current version, holding each file to its hash.

    Args:
        address: As for `push`, but hf://, which `hf download` reads.
        out: A folder that is not there, or empty.
        verify_key: The public key of who must have signed it; empty for none.
        write: Where the report goes.

    Raises:
        DataError: If it is not whole, or not signed; nothing is left then.
    """
    if address.startswith(hub.SCHEME):
        name = address.removeprefix(hub.SCHEME)
        raise DataError(f"The hub's own command does that: hf download {name}")
    if address.startswith(_REGISTRY):
        raise DataError(
            "MLflow does that itself: mlflow.pyfunc.load_model('models:/NAME')."
        )
    out = Path(out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DataError(f"{str(out)!r} is there already; give another --out.")
    out.parent.mkdir(parents=True, exist_ok=True)
    place = Place(address)
    with work_folder(out.parent) as folder:
        contents = versions.pull(place, folder / "export")
        if verify_key:
            signing.verify(folder / "export", verify_key)
        (folder / "export").replace(out)
    write(
        f"Pulled version {contents.version} to {out}: {len(contents.files)} "
        "files, each as it was pushed"
        + (", signed by the key's owner." if verify_key else ".")
    )
