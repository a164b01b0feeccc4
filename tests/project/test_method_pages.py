"""docs/methods: every method has its page, and options are what it says."""

import ast
import re

import pytest
from places import ROOT

from tf_advseg.experiment import registry
from tf_advseg.methods.self_training import SelfTrainingMethod

FOLDER = ROOT / "docs" / "methods"
PAGES = sorted(p for p in FOLDER.glob("*.md") if p.stem != "index")
ENDS = {"source_only", "target_oracle"}
"""Methods that the index says all of."""


def methods_of(text):
    """The registered methods that a page is about, by name."""
    named = re.findall(r"`(?:--method=)?(\w+)`", text)
    return set(named) & set(registry.method_classes())


def defaults(text):
    """Options with a value in the last column of a page's tables."""
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    last = " ".join(row.strip("| ").rpartition(" | ")[2] for row in rows)
    found = re.findall(r"`(\w+)=([^`]+)`", last)
    return [(name, ast.literal_eval(value)) for name, value in found]


def test_the_index_names_every_method_and_links_to_its_page():
    text = (FOLDER / "index.md").read_text(encoding="utf-8")
    table = text.partition("| `--method` |")[2].partition("\n\n")[0]
    rows = [row.split("|")[1] for row in table.splitlines()[2:]]
    named = re.findall(r"`(\w+)`", " ".join(rows))
    assert sorted(named) == sorted(registry.method_classes())
    for row in rows:
        linked = re.search(r"\]\((\w+\.md)", row)
        is_end = bool(set(re.findall(r"`(\w+)`", row)) & ENDS)
        assert is_end or (FOLDER / linked[1]).is_file()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_s_options_have_the_defaults_that_it_says(page):
    text = page.read_text(encoding="utf-8")
    methods = [registry.make_method(name) for name in methods_of(text)]
    assert methods
    for option, value in defaults(text):
        assert value in [getattr(m, option, None) for m in methods], option


def test_the_page_of_self_training_has_both_methods_numbers():
    text = (FOLDER / "self_training.md").read_text(encoding="utf-8")
    rows = [
        r.strip("| ").split(" | ") for r in text.splitlines() if r[:1] == "|"
    ]
    said = {row[4]: row[2:4] for row in rows}
    for option in ("threshold", "share", "floor", "weighting", "teacher_decay"):
        values = [ast.literal_eval(v.strip("`")) for v in said[f"`{option}`"]]
        methods = [registry.make_method(n) for n in ("self_training", "dacs")]
        assert all(isinstance(m, SelfTrainingMethod) for m in methods)
        assert values == [getattr(m, option) for m in methods], option
