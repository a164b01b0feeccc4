"""Reads XML that anyone may have written: no document type, no entities.

A few lines of entities that stand for each other unfold to gigabytes, and an
external one names a file to read. No annotation tool writes any, so a file
with a document type is refused before one could be used.
"""

from typing import NoReturn
from xml.etree import ElementTree
from xml.parsers import expat

from tf_advseg.base.checks import DataError


def parse_xml(data: bytes, name: str) -> ElementTree.Element:
    """Returns the root element.

    Args:
        data: The file's bytes.
        name: What messages call the file.

    Raises:
        DataError: If it is no XML, or has a document type.
    """

    def refuse(*facts) -> NoReturn:
        raise DataError(
            f"{name} declares a document type or an entity, which no "
            "annotation tool writes: it is not read. Export it again."
        )

    builder = ElementTree.TreeBuilder()
    parser = expat.ParserCreate()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
        return builder.close()
    except expat.ExpatError as error:
        raise DataError(f"{name} is no valid XML: {error}.") from None
