"""What `tf_advseg manifest` does, once its flags are settings."""

from collections.abc import Callable
from pathlib import Path

from tf_advseg.base.checks import DataError
from tf_advseg.base.process.exit_status import ERRORS_IN_DATA
from tf_advseg.datasets.manifests.croissant import load_croissant
from tf_advseg.datasets.manifests.croissant import save_croissant
from tf_advseg.datasets.manifests.difference import differences
from tf_advseg.datasets.manifests.manifest import Manifest
from tf_advseg.datasets.manifests.manifest import load_manifest
from tf_advseg.experiment import registry
from tf_advseg.runs import data as run_data
from tf_advseg.settings.manifest import ManifestSettings

CROISSANT_ENDING = ".croissant.json"


def run(
    settings: ManifestSettings, write: Callable[[str], None] = print
) -> int:
    """Makes, writes, compares; returns the exit status."""
    manifest, taken = _manifest(settings)
    num_bytes = sum(entry.size for entry in manifest.entries)
    write(
        f"{manifest.id}  {settings.data}, split "
        f"{manifest.about.get('split', '?')}: {manifest.num_images:,} images, "
        f"{num_bytes / 1e6:,.1f} MB"
    )
    if taken:
        write(taken)
    if settings.out:
        if settings.out.endswith(CROISSANT_ENDING):
            save_croissant(manifest, settings.out)
        else:
            manifest.save(settings.out)
        write(f"Written to {settings.out}.")
    if not settings.against:
        return 0
    clauses = differences(_known(settings.against), manifest)
    for clause in clauses:
        write(f"Difference: {clause}.")
    if not clauses:
        write(f"The same data as {settings.against}.")
    return ERRORS_IN_DATA if clauses else 0


def _manifest(settings: ManifestSettings) -> tuple[Manifest, str]:
    """Of the data, kept, so that its id alone finds it again; and how many
    files it takes."""
    if settings.data.endswith(".json") and Path(settings.data).is_file():
        return _read(settings.data), ""
    domain = registry.make_domain(settings.data, settings.classes)
    # Who compares wants to know, and not what was known before.
    manifest = run_data.split_manifest(
        domain, settings.split, reads_all=bool(settings.against)
    )
    run_data.keep(manifest)
    return manifest, domain.taken(settings.split)


def _known(name: str) -> Manifest:
    if Path(name).is_file():
        return _read(name)
    manifest = run_data.find_manifest(name)
    if manifest is None:
        raise DataError(
            f"There is no file {name!r}, and no manifest of that id was made "
            "here before; give a manifest file."
        )
    return manifest


def _read(path: str) -> Manifest:
    if path.endswith(CROISSANT_ENDING):
        return load_croissant(path)
    return load_manifest(path)
