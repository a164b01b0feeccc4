"""The formats that a segmenter is exported to, one module or room each.

A module holds a `FORMAT` (`formats.format.Format`); the names that people
give it stand in `settings.export.FORMATS`. Nothing else lists formats.
"""

import importlib

from tf_advseg.export.formats.format import Format


def of_kind(kind: str) -> Format:
    """Returns a format by its module's name; imports no other one."""
    return importlib.import_module(f"{__name__}.{kind}").FORMAT
