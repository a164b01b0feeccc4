"""From settings to artefacts: which formats, which sizes."""

from collections.abc import Callable

from tf_advseg.base.fields import parse_size
from tf_advseg.export import formats
from tf_advseg.export.artefacts.domains import ExportDomains
from tf_advseg.export.artefacts.workshop import Workshop
from tf_advseg.export.formats.format import Artefact
from tf_advseg.export.formats.format import Order
from tf_advseg.networks.ensemble_file import LoadedEnsemble
from tf_advseg.settings.export import FORMATS
from tf_advseg.settings.export import ExportSettings


def wanted_kinds(settings: ExportSettings) -> dict[str, list[str]]:
    """Returns the kinds of format in `--formats`, each with its names."""
    by_kind = {kind: [] for kind in FORMATS.values()}
    for name in settings.format_names:
        if name in FORMATS:  # Else a package for a server.
            by_kind[FORMATS[name]].append(name)
    return {kind: names for kind, names in by_kind.items() if names}


def check_extras(settings: ExportSettings) -> list[str]:
    """Returns notes on what is done without an extra.

    Raises:
        ValueError: If the settings want what is not installed.
    """
    return [
        note
        for kind in wanted_kinds(settings)
        for note in formats.of_kind(kind).check(settings)
    ]


def fixed_sizes(
    settings: ExportSettings, size: tuple[int, int] | None
) -> list[tuple[int, int]]:
    """The sizes (H, W) of files that have a fixed one.

    Args:
        settings: Of the export.
        size: That which the model's images are resized to, None for theirs.

    Raises:
        ValueError: If such files are wanted and no size is known.
    """
    kinds = wanted_kinds(settings)
    if all(formats.of_kind(kind).any_size for kind in kinds):
        return []
    if settings.sizes:
        sizes = map(parse_size, settings.sizes.split(","))
        return [each for each in sizes if each is not None]
    if size is None:
        raise ValueError(
            "A .tflite or .onnx file has a fixed size, but the model keeps "
            "each image's own; give --sizes=HEIGHTxWIDTH."
        )
    return [size]


def write_artefacts(
    settings: ExportSettings,
    workshop: Workshop,
    domains: ExportDomains,
    loaded: LoadedEnsemble,
    size: tuple[int, int] | None,
    write: Callable[[str], None],
) -> list[Artefact]:
    """Writes all that the settings ask for into the workshop."""
    by_kind = wanted_kinds(settings)
    of_any_size = [k for k in by_kind if formats.of_kind(k).any_size]
    of_fixed_size = [k for k in by_kind if k not in of_any_size]
    sizes = fixed_sizes(settings, size)
    jobs = [(kind, size) for kind in of_any_size]
    jobs += [(kind, each) for each in sizes for kind in of_fixed_size]
    artefacts = []
    for kind, its_size in jobs:
        names = by_kind[kind]
        what = [name.removeprefix(f"{kind}_") for name in names]
        if its_size and kind in of_fixed_size:
            what.append("x".join(map(str, its_size)))
        write(f"Writing {', '.join(what)}")
        order = Order(
            names=names,
            size=its_size,
            settings=settings,
            calibration=lambda: domains.calibration_images(loaded),
            with_size=len(sizes) > 1,
            write=write,
        )
        artefacts += formats.of_kind(kind).write(workshop, order)
    return artefacts
