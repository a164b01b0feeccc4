"""Reads a browser's or curl's form with files (RFC 7578).

The standard library's own parser, cgi, is gone since Python 3.13, and its
parser for mail changes line ends in binary parts.
"""

import email.message
import io

MOST_PARTS = 100
LONGEST_HEAD = 16384


def parse_form(content_type, body):
    """Returns `{field: {file name: stream}}` or `{field: text}`.

    Args:
        content_type: The header, with the boundary.
        body: The request's bytes.

    Raises:
        ValueError: If it is no whole form.
    """
    boundary = _parameter(content_type, "content-type", "boundary")
    if not boundary:
        raise ValueError("the form says no boundary")
    # Each part begins on a line of its own.
    line = b"\r\n--" + boundary.encode("latin1")
    if body.count(line) > MOST_PARTS:
        raise ValueError(f"the form has more than {MOST_PARTS} parts")
    pieces = (b"\r\n" + body).split(line)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise ValueError("the form is cut short")
    fields = {}
    for piece in pieces[1:-1]:
        head, separator, content = piece.partition(b"\r\n\r\n")
        if len(head) > LONGEST_HEAD:
            raise ValueError("a part of the form has no end of its head")
        disposition = _header(head, "content-disposition")
        name = _parameter(disposition, "content-disposition", "name")
        if not separator or not name:
            raise ValueError("a part of the form has no name")
        file = _parameter(disposition, "content-disposition", "filename")
        if file is None:
            fields[name] = content.decode("utf-8", "replace")
            continue
        files = fields.setdefault(name, {})
        if not isinstance(files, dict):
            raise ValueError("a field is both text and file")
        # Two files of one name are two files.
        files[file if file not in files else f"{len(files)} {file}"] = (
            io.BytesIO(content)
        )
    return fields


def _header(head, wanted):
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == wanted:
            return value.strip()
    return ""


def _parameter(value, header, name):
    message = email.message.Message()
    message[header] = value.replace("\r", " ").replace("\n", " ")
    try:
        found = message.get_param(name, header=header)
    # Odd parameters make the library stumble.
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"a header of the form is damaged: {error}") from error
    return found[2] if isinstance(found, tuple) else found
