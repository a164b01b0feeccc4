"""Names with options in one string: `advent(target_weights={"main": 2e-3})`.

Options are Python literals. Nothing is evaluated: the string is parsed and
only literal values are accepted.
"""

import ast


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


def _malformed(text: str) -> ValueError:
    return ValueError(
        f"Cannot read {text!r}; expected a name, or a name with options such "
        "as name(option=1)."
    )
