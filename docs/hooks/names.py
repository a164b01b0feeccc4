"""Links that show a file's name show its page's name in the site.

`[training.md](training.md#decoders)` is the clearest in the repository; in the
site nobody sees files, and it becomes `[Training](training.md#decoders)`, by
the names of the navigation.
"""

import posixpath
import re
from collections.abc import Iterator

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

_LINK = re.compile(r"\[[\w/]+\.md\]\((?P<target>[^)#\s:]+\.md)(?=[)#])")


def on_page_markdown(
    markdown: str, page: Page, config: MkDocsConfig, files: Files
) -> str:
    """Gives links the names of the pages that they lead to."""
    folder = posixpath.dirname(page.file.src_uri)
    names = dict(_named(config.nav or []))

    def renamed(link: re.Match) -> str:
        path = posixpath.normpath(posixpath.join(folder, link["target"]))
        if path not in names:
            return link[0]
        return f"[{names[path]}]({link['target']}"

    return _LINK.sub(renamed, markdown)


def _named(nav: list) -> Iterator[tuple[str, str]]:
    """Paths of pages, and their names in the navigation."""
    for entry in nav:
        for name, inside in entry.items() if isinstance(entry, dict) else []:
            if isinstance(inside, list):
                yield from _named(inside)
            else:
                yield inside, name
