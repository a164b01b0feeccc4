"""The site: its commands, its formulas, and links that lead out of docs/."""

import dataclasses
import json
import re
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest
from places import ROOT

pytest.importorskip("mkdocs")

from mkdocs.exceptions import PluginError

from benchmarks.parts import chromium
from docs.hooks import commands
from docs.hooks import mathematics
from docs.hooks import names
from docs.hooks import repository
from docs.hooks import whole_flags
from tf_advseg import cli

PAGE = SimpleNamespace(file=SimpleNamespace(src_uri="methods/advent.md"))


def marked(tex):
    return f'<span class="arithmatex">\\({tex}\\)</span>'


@pytest.mark.parametrize("name", cli.command_names())
def test_a_commands_page_has_its_words_and_each_of_its_flags(name):
    module = cli.settings_module(name)
    text = commands.page(name)
    assert all(line in text for line in module.__doc__.splitlines())
    for field in dataclasses.fields(module.COMMAND.settings):
        assert re.search(rf"^\| `--{field.name}[=,]", text, re.MULTILINE)


def test_a_flags_row_has_its_default_its_limits_and_its_choices():
    rows = commands.page("train").splitlines()
    (steps,) = [row for row in rows if row.startswith("| `--steps=")]
    assert steps == (
        "| `--steps=NUMBER` | `600` | Updates to make. It is at least 1. |"
    )
    (report,) = [row for row in rows if row.startswith("| `--report=")]
    assert "One of `auto`, `true`, `false`." in report


def test_the_page_of_commands_lists_them_in_the_order_of_the_help():
    listed = re.findall(r"\| \[`(\w+)`\]", commands.overview(commands._names()))
    assert sorted(listed) == sorted(cli.command_names())
    assert listed[0] == "train"


def test_the_readmes_table_names_every_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("## The commands\n")[2].partition("\n## ")[0]
    firsts = [row.split("|")[1] for row in table.splitlines() if "|" in row]
    named = re.findall(r"`(\w+)`", " ".join(firsts))
    assert sorted(named) == sorted(cli.command_names())


def test_a_formula_becomes_a_drawing_that_can_be_heard():
    found = mathematics.on_page_content(f"<p>{marked('a &lt; b')}</p>", PAGE)
    assert 'aria-label="a &lt; b"' in found
    assert re.search(r'<path d="M[\d -]+', found)
    assert "\\(" not in found


def test_a_formula_reaches_as_far_below_the_line_as_its_letters():
    def below(tex):
        return float(re.search(r"align:-([\d.]+)em", mathematics.svg(tex))[1])

    assert below("a") < 0.03 < below("a_b") < below(r"\dfrac{a}{b}")


def test_a_formula_that_cannot_be_drawn_is_named_with_its_page():
    with pytest.raises(PluginError, match=r"methods/advent.md: .*\\nonsense"):
        mathematics.on_page_content(marked(r"\nonsense"), PAGE)


def turned(markdown, src_uri):
    page = SimpleNamespace(file=SimpleNamespace(src_uri=src_uri))
    config = SimpleNamespace(docs_dir=str(ROOT / "docs"))
    return repository.on_page_markdown(markdown, page, config, None)


@pytest.mark.parametrize(
    ("here", "link", "there"),
    [
        ("training.md", "../CONTRIBUTING.md#x", "repository/CONTRIBUTING.md#x"),
        (
            "methods/advent.md",
            "../../tf_advseg/cli.py",
            "../repository/tf_advseg/cli.py.md",
        ),
        ("repository/CONTRIBUTING.md", "docs/glossary.md", "../glossary.md"),
        ("repository/deploy/README.md", "../LICENSE", "../LICENSE.md"),
        # What is inside docs/, elsewhere, or nowhere, stays.
        ("methods/advent.md", "../results.md#x", "../results.md#x"),
        ("training.md", "https://arxiv.org/x.md", "https://arxiv.org/x.md"),
        ("training.md", "../nowhere.md", "../nowhere.md"),
    ],
)
def test_links_that_leave_the_docs_lead_to_pages(here, link, there):
    assert turned(f"[a]({link}) b", here) == f"[a]({there}) b"


@pytest.mark.parametrize(
    ("here", "link", "there"),
    [
        ("index.md", "[a.md](a.md#x)", "[Apples](a.md#x)"),
        ("methods/index.md", "[b.md](../b.md)", "[Pears](../b.md)"),
        # Another text, and a page that has no name, stay.
        ("index.md", "[an apple](a.md)", "[an apple](a.md)"),
        ("index.md", "[c.md](c.md)", "[c.md](c.md)"),
    ],
)
def test_a_link_that_shows_a_file_s_name_shows_its_page_s(here, link, there):
    page = SimpleNamespace(file=SimpleNamespace(src_uri=here))
    nav = [{"Fruit": ["index.md", {"Apples": "a.md"}]}, {"Pears": "b.md"}]
    config = SimpleNamespace(nav=nav)
    assert names.on_page_markdown(link, page, config, None) == there


def test_flags_in_texts_stay_whole_and_code_blocks_stay_as_they_are():
    block = "<pre><span></span><code>train --steps=1</code></pre>"
    found = whole_flags.on_page_content(f"<code>train --steps=1</code>{block}")
    flag = '<span class="flag">--steps=</span>'
    assert found == f"<code>train {flag}1</code>{block}"


def test_a_command_s_usage_is_a_block_of_its_own():
    text = commands.page("runs")
    block = re.search(r"```text\n(tf_advseg runs .*?)\n```", text, re.DOTALL)[1]
    assert max(map(len, block.splitlines())) <= 76


def test_a_notebook_is_a_page_of_its_text_and_its_code():
    source = {
        "cells": [
            {"cell_type": "markdown", "source": ["# Title\n", "words"]},
            {"cell_type": "code", "source": ["a = 1\n", "a"], "outputs": []},
        ]
    }
    page = repository._as_cells("notebooks/a.ipynb", json.dumps(source))
    assert page.startswith(
        "# Title\nwords\n\n~~~~~~ python\na = 1\na\n~~~~~~\n"
    )
    assert page.endswith("`a.ipynb`.*\n")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of what the site is made of."""
    copy = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("__pycache__", "site", ".*", "runs")
    for name in ("docs", "tf_advseg", "deploy", "notebooks"):
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    for file in [*ROOT.glob("*.md"), ROOT / "mkdocs.yml", ROOT / "LICENSE"]:
        shutil.copy(file, copy)
    return copy


def build(folder):
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def site(checkout):
    run = build(checkout)
    assert run.returncode == 0, run.stderr
    return checkout / "site"


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_asks_no_other_host(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r'<(?:script|img)[^>]*src="([^"]+)"', text)
        loaded += re.findall(r'<link[^>]*rel="stylesheet"[^>]*>', text)
        assert not [one for one in loaded if "//" in one], page
        assert "arithmatex" not in text or '<svg class="math"' in text, page


SCALES = """[...document.querySelectorAll('td')].length > 0 &&
[...document.querySelectorAll(':not(td) > * > svg.math')].map(drawing =>
  drawing.firstChild.getBoundingClientRect().height /
  drawing.firstChild.getBBox().height)"""
"""Pixels a unit of each formula outside tables."""


@pytest.mark.slow
def test_in_a_browser_formulas_have_one_size_and_a_phone_is_wide_enough(site):
    try:
        with chromium.chromium() as browser, chromium.served(site) as address:
            page = browser.new_page(viewport={"width": 390, "height": 800})
            asked = []
            page.on("request", lambda request: asked.append(request.url))
            for name in ("index", "methods/advent", "commands/train"):
                page.goto(f"{address}{name}.html")
                wide = "document.documentElement.scrollWidth"
                assert page.evaluate(wide) == 390, name
            page.goto(f"{address}methods/advent.html")
            scales = page.evaluate(SCALES)
    except (ImportError, FileNotFoundError) as error:
        pytest.skip(f"no browser to drive: {error}")
    assert all(url.startswith((address, "data:")) for url in asked)
    assert len(scales) > 8
    assert max(scales) == pytest.approx(min(scales), rel=0.01)


DEAD_LINKS = {
    "training.md#nowhere_1": "nowhere_1",
    "missing_1.md": "missing_1.md",
    "../missing_2.md": "missing_2.md",
    "../CONTRIBUTING.md#nowhere_2": "nowhere_2",
}


@pytest.mark.slow
def test_links_that_lead_nowhere_end_the_build_and_are_named(checkout):
    page = checkout / "docs" / "glossary.md"
    text = page.read_text(encoding="utf-8")
    links = " ".join(f"[a]({link})" for link in DEAD_LINKS)
    page.write_text(f"{text}\n{links}\n", encoding="utf-8")
    run = build(checkout)
    page.write_text(text, encoding="utf-8")
    assert run.returncode == 1
    warnings = [w for w in run.stderr.splitlines() if "WARNING" in w]
    assert len(warnings) == len(DEAD_LINKS), run.stderr
    for name in DEAD_LINKS.values():
        assert any(name in warning for warning in warnings), name
