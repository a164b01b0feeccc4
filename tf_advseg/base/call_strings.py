"""Names with options in one string: `advent(target_weights={"main": 2e-3})`.

Options are Python literals. Nothing is evaluated: the string is parsed and
only literal values are accepted.

Several in one string stand between commas, each with a share of the whole if
that is wanted: `renders, gta5(root="/data/gta5"):0.3`.
"""

import ast
import math
import os
import re

_SHARE = re.compile(r"(.*\S)\s*:\s*(\d+\.?\d*|\.\d+)")


def parse(text: str) -> tuple[str, dict[str, object]]:
    """Splits a call string into its name and its options.

    >>> parse("advent")
    ('advent', {})
    >>> parse('adaptsegnet(gan="least_squares")')
    ('adaptsegnet', {'gan': 'least_squares'})

    Raises:
        ValueError: If it is neither a name nor a call with literal keyword
            arguments.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise _malformed(text) from None
    if isinstance(tree, ast.Name):
        return tree.id, {}
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name):
        raise _malformed(text)
    if tree.args or any(keyword.arg is None for keyword in tree.keywords):
        raise _malformed(text)
    options = {}
    for keyword in tree.keywords:
        try:
            options[keyword.arg] = ast.literal_eval(keyword.value)
        except ValueError:
            raise ValueError(
                f"Option {keyword.arg!r} in {text!r} is no literal value; "
                "expected a number, a quoted string, True, False, None, "
                "a tuple, a list or a dict of these."
            ) from None
    return tree.func.id, options


def render(name: str, options: dict[str, object]) -> str:
    """The inverse of `parse`."""
    if not options:
        return name
    arguments = ", ".join(f"{key}={value!r}" for key, value in options.items())
    return f"{name}({arguments})"


def split_names(text: str) -> list[str]:
    """Splits at commas, but for those in brackets and in quotes.

    A path that is there is one name, whatever stands in it.

    >>> split_names('renders, tfds(name="a,b", image="i")')
    ['renders', 'tfds(name="a,b", image="i")']
    """
    if os.path.exists(text):
        return [text]
    names, depth, quote = [""], 0, ""
    for letter in text:
        if quote or letter in "\"'":
            quote = "" if letter == quote else quote or letter
        else:
            depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not quote and depth <= 0:
            names.append("")
        else:
            names[-1] += letter
    return [name.strip() for name in names]


def parse_shares(text: str) -> list[tuple[str, float]]:
    """Returns several names, and what share of the whole each has.

    Shares that are given count as they are; those without one share evenly
    what is left. A single name is taken as it is, and has all.

    >>> parse_shares("a, b:0.5, c")
    [('a', 0.25), ('b', 0.5), ('c', 0.25)]

    Raises:
        ValueError: If a name is missing or comes twice, or the shares do not
            make a whole.
    """
    names = split_names(text)
    if len(names) == 1:
        return [(text, 1.0)]
    given: dict[str, float | None] = {}
    for one in names:
        found = _SHARE.fullmatch(one)
        name, share = found.groups() if found else (one, None)
        if not name or name in given:
            what = f"{name!r} comes twice" if name else "a name is missing"
            raise ValueError(
                f"Cannot read {text!r}: {what}; expected names between "
                "commas, each once."
            )
        given[name] = None if share is None else float(share)
    said = [share for share in given.values() if share is not None]
    left, without = 1.0 - math.fsum(said), len(given) - len(said)
    is_whole = left > 1e-9 if without else abs(left) < 1e-6
    if not is_whole or not all(0 < share < 1 for share in said):
        raise ValueError(
            f"The shares in {text!r} make no whole: expected numbers between "
            "0 and 1 that sum to 1, or to less where a name has none and "
            "takes what is left."
        )
    return [
        (name, left / without if share is None else share)
        for name, share in given.items()
    ]


def _malformed(text: str) -> ValueError:
    return ValueError(
        f"Cannot read {text!r}; expected a name, or a name with options such "
        "as name(option=1)."
    )
