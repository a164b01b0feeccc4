"""The page of runs side by side: whole, closed, and nobody else's."""

import html.parser
import re

import pytest
import toy_folders

from tf_advseg.reporting.page.side_by_side import render
from tf_advseg.runs.overview.facts import read_facts
from tf_advseg.runs.overview.side_by_side import side_by_side

HOSTILE = '"><script>alert(1)</script>'


def page(*folders):
    return render(side_by_side([read_facts(folder) for folder in folders]))


def test_settings_classes_and_curves_are_on_the_page(tmp_path):
    a = toy_folders.finished(tmp_path / "a")
    b = toy_folders.finished(tmp_path / "b", iou={"road": 0.7}, seed=7)
    text = page(a, b)
    for part in ("<td>seed</td>", "<td>road</td>", ">50.0<", ">70.0<"):
        assert part in text
    assert "not evaluated on the same classes" in text
    assert text.count('class="chart"') == 1
    assert 'class="line c1"' in text and 'class="line c2"' in text


def test_it_asks_the_network_for_nothing_and_runs_nothing(tmp_path):
    text = page(toy_folders.finished(tmp_path / "a"))
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert re.findall(r'(?:src|href)="(.*?)"', text) == ["data:,"]


def test_names_and_settings_of_others_are_text(tmp_path):
    hostile = {HOSTILE: 0.5}
    a = toy_folders.finished(tmp_path / "a", iou=hostile, weights=HOSTILE)
    toy_folders.write(a / "tags.json", {"tags": "x<b>"})
    rows = f'step,name,value\n1,"{HOSTILE.replace(chr(34), chr(34) * 2)}",1\n'
    toy_folders.write(a / "metrics.csv", rows.encode())
    text = page(a, toy_folders.finished(tmp_path / "b"))
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    html.parser.HTMLParser().feed(text)


def test_runs_without_anything_make_a_page(tmp_path):
    run = toy_folders.unfinished(tmp_path / "a")
    (run / "metrics.csv").unlink()
    text = page(run)
    assert "No run has a metrics.csv" in text
    assert "None: all settings are the same." in text


def test_more_runs_than_colours_are_refused(tmp_path):
    runs = [toy_folders.finished(tmp_path / str(n)) for n in range(9)]
    with pytest.raises(ValueError, match="at most 8 runs, and these are 9"):
        page(*runs)
