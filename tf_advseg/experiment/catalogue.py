"""What there is to choose from, one line each."""

import inspect
from collections.abc import Mapping

from tf_advseg.datasets.published import PUBLISHED
from tf_advseg.datasets.registered import LIBRARY_DOMAINS
from tf_advseg.experiment import registry
from tf_advseg.settings.parts import presets


def text() -> str:
    """What there is, kind by kind, with a line about each."""
    sections = {
        "Methods (--method)": _first_lines(registry.method_classes()),
        "Backbones (--backbone)": _first_lines(registry.backbone_classes()),
        "Decoders (--decoder)": _first_lines(registry.decoder_classes()),
        "Domains (--source, --target)": {
            **dict.fromkeys(registry.domain_names(), "drawn on the fly"),
            **_data_sets(),
            **_libraries(),
            "PATH": "a folder, zip or tar with images/; a source needs labels/",
        },
        "Presets (--preset)": {
            name: preset.help for name, preset in presets.PRESETS.items()
        },
    }
    return "\n\n".join(
        "\n".join([title, *_aligned(rows)]) for title, rows in sections.items()
    )


def _first_lines(classes: Mapping[str, type]) -> dict[str, str]:
    return {
        name: (inspect.getdoc(a_class) or "").partition("\n")[0]
        for name, a_class in classes.items()
    }


def _data_sets() -> dict[str, str]:
    return {
        name: f'{data.title}, as {name}(root="FOLDER")'
        for name, data in PUBLISHED.items()
    }


def _libraries() -> dict[str, str]:
    return {
        name: f"{(inspect.getdoc(maker) or '').partition(';')[0]}, as "
        f'{name}(name="NAME")'
        for name, maker in LIBRARY_DOMAINS.items()
    }


def _aligned(rows: Mapping[str, str]) -> list[str]:
    width = max(map(len, rows))
    return [f"  {name:{width}}  {line}" for name, line in rows.items()]
