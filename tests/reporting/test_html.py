"""Markup is escaped unless `tag` made it."""

import pytest

from tf_advseg.reporting.charts.frame import padded_range
from tf_advseg.reporting.charts.frame import ticks
from tf_advseg.reporting.charts.lines import MOST_POINTS
from tf_advseg.reporting.charts.lines import thinned
from tf_advseg.reporting.page.html import escape
from tf_advseg.reporting.page.html import join
from tf_advseg.reporting.page.html import tag


def test_text_is_escaped_and_elements_are_not():
    found = tag("p", "<b>", tag("i", "&"), class_="x")
    assert found == '<p class="x">&lt;b&gt;<i>&amp;</i></p>'


def test_an_attribute_cannot_be_left():
    found = tag("img", alt='"><script>alert(1)</script>')
    assert found.count("<") == 1
    assert found.count('"') == 2


def test_names_that_are_no_text_become_text():
    broken = b"\xff.png".decode("utf-8", "surrogateescape")
    assert escape(broken).encode("utf-8") == b"?.png"
    # NUL, and the sign that turns what follows from right to left.
    assert escape("a\0b\u202ec") == "a\ufffdb\ufffdc"


def test_attributes_follow_their_values():
    found = tag("input", checked=True, value=None, stroke_width=1.234, for_="a")
    assert found == '<input checked stroke-width="1.23" for="a">'


def test_lists_and_nothing_are_children_too():
    assert join(["a", None, ["b", 3]]) == "ab3"


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ((0, 600), [0, 200, 400, 600]),
        ((-0.1, 0.1), [-0.1, -0.05, 0, 0.05, 0.1]),
        ((0.62, 0.69), [0.62, 0.64, 0.66, 0.68]),
    ],
)
def test_ticks_are_round(ends, expected):
    assert ticks(*ends) == pytest.approx(expected)


def test_a_range_is_never_empty():
    for values in ([], [3.0], [float("nan")], [0.0, 0.0], [-2.0, -2.0]):
        low, high = padded_range(values)
        assert low < high


def test_long_curves_are_thinned_and_keep_their_end():
    points = [(step, float(step)) for step in range(5000)]
    found = thinned(points)
    assert len(found) <= MOST_POINTS
    assert found[-1] == (4999, 4999.0)
    assert thinned(points[:10]) == points[:10]
