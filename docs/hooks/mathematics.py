r"""Formulas, drawn as the site is built: no script, no font, no other host.

Pages hold TeX between dollars, which code hosts show too. pymdownx.arithmatex
marks it, Matplotlib's own TeX (a subset) sets it, and it becomes an SVG of the
text's colour, with the TeX for those who listen.

    $P = \mathrm{softmax}(S(x))$
"""

import functools
import html
import re

from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page

_MARKED = re.compile(
    r'(?<=class="arithmatex">)\\[(\[](?P<tex>.+?)\\[)\]](?=</)', re.DOTALL
)
_SIZE = 100.0
"""Of the font, in the SVG's own units."""
_FONT = FontProperties(size=_SIZE, math_fontfamily="cm")
_LARGER = 1.15
"""How much larger than the text: Computer Modern has small letters."""
_COMMANDS = {
    Path.MOVETO: "M",
    Path.LINETO: "L",
    Path.CURVE3: "Q",
    Path.CURVE4: "C",
    Path.CLOSEPOLY: "Z",
}


def on_page_content(content: str, page: Page, **_: object) -> str:
    """Puts drawings in the place of formulas."""

    def drawn(found: re.Match) -> str:
        tex = " ".join(html.unescape(found["tex"]).split())
        try:
            return svg(tex)
        except ValueError as error:
            raise PluginError(
                f"{page.file.src_uri}: the formula {tex!r} is not in "
                f"Matplotlib's TeX: {error}"
            ) from error

    return _MARKED.sub(drawn, content)


@functools.cache
def svg(tex: str) -> str:
    """A formula as an SVG that stands on the line of the text around it.

    Raises:
        ValueError: If Matplotlib does not know something in it.
    """
    parsed = MathTextParser("path").parse(f"${tex}$", 72, _FONT)
    width, height, depth = parsed[:3]
    path = TextPath((0, 0), f"${tex}$", prop=_FONT)
    lines = " ".join(
        _COMMANDS[code] + " ".join(_pairs(points, code))
        for points, code in path.iter_segments(curves=True, simplify=False)
    )
    name = html.escape(tex, quote=True)
    # Matplotlib counts upwards from the line, SVG downwards.
    return (
        f'<svg class="math" role="img" aria-label="{name}" '
        f'style="width:{_em(width)};height:{_em(height)};'
        f'vertical-align:-{_em(depth)}" '
        f'viewBox="0 {depth - height:.0f} {width:.0f} {height:.0f}">'
        f'<path d="{lines}"/></svg>'
    )


def _pairs(points, code) -> list[str]:
    if code == Path.CLOSEPOLY:
        return []
    ups = zip(points[::2], points[1::2], strict=True)
    return [f"{x:.0f} {-y:.0f}" for x, y in ups]


def _em(units: float) -> str:
    return f"{units / _SIZE * _LARGER:.3f}em"
