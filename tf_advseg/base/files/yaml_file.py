"""Reads a YAML file that anyone may have written: bounded, or refused.

An alias (`*name`) costs two bytes and may stand for a billion values: a list
of ten aliases of a list of ten aliases, nine times. So what the aliases stand
for is counted before any value is made of them.
"""

from typing import Any

import yaml

from tf_advseg.base.checks import DataError
from tf_advseg.base.checks import brief

MOST_BYTES = 2**18
"""Some hundred times a long class map; reading as many takes seconds."""

MOST_VALUES = 100_000
"""Values of a file, each counted as often as aliases repeat it."""


def read_yaml(path: Any, what: str) -> Any:
    """Returns the values in a YAML file.

    Args:
        path: A `Path`, or the place of a file in an archive.
        what: What messages call the file ("Class map", say).

    Raises:
        DataError: If it cannot be read, is no YAML, or is larger than
            anything that a person writes; one sentence.
    """
    try:
        size, data = path.stat().st_size, b""
        if size <= MOST_BYTES:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        if max(size, len(data)) > MOST_BYTES:
            raise DataError(
                f"{what} {str(path)!r} has more than {MOST_BYTES} bytes; is "
                "it the right file?"
            )
        return _values(data.decode("utf-8-sig"))
    except DataError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(
            f"{what} {str(path)!r} cannot be read: {reason}."
        ) from error
    # Besides its own errors the parser lets through what int() and
    # datetime() say of odd values, and Python of thousands of brackets.
    except (yaml.YAMLError, ArithmeticError, ValueError, LookupError) as error:
        text = " ".join(str(error).split())
        raise DataError(
            f"{what} {str(path)!r} is not valid YAML: {text}."
        ) from error
    except RecursionError:
        raise DataError(
            f"{what} {str(path)!r} is nested too deeply; is it the right file?"
        ) from None


def _values(text: str) -> Any:
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        if _count(node, {}) > MOST_VALUES:
            raise ValueError(
                f"its aliases stand for more than {MOST_VALUES} values, or "
                "for themselves"
            )
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _count(node: yaml.Node, known: dict[yaml.Node, int]) -> int:
    """How many values a node stands for; too many if it holds itself."""
    if node not in known:
        known[node] = MOST_VALUES + 1  # What is met again on the way down.
        parts = node.value if isinstance(node, yaml.CollectionNode) else ()
        if isinstance(node, yaml.MappingNode):
            _check_keys(node)
            parts = [one for pair in parts for one in pair]
        known[node] = 1 + sum(_count(part, known) for part in parts)
    return known[node]


def _check_keys(node: yaml.MappingNode) -> None:
    """Refuses a key that is there twice: YAML would take the last of them."""
    seen = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        if (key.tag, key.value) in seen:
            raise ValueError(
                f"the key {brief(key.value)} is there twice, the second time "
                f"in line {key.start_mark.line + 1}"
            )
        seen.add((key.tag, key.value))
