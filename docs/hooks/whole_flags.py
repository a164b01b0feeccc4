"""Keeps the name of a flag on one line: browsers break after hyphens.

`--target_weight_scale` in a text becomes a span that the style does not break;
its value may be.
"""

import re

# In blocks, the code follows another tag, and breaks nowhere by itself.
_CODE = re.compile(r"(?<!</span><code>)(?<=<code>)[^<]*(?=</code>)")
_FLAG = re.compile(r"--?\w[\w-]*=?")


def on_page_content(content: str, **_: object) -> str:
    """Wraps the flags in a page's texts."""

    def wrapped(code: re.Match) -> str:
        return _FLAG.sub(r'<span class="flag">\g<0></span>', code[0])

    return _CODE.sub(wrapped, content)
