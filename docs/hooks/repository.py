"""Files of the repository that pages link to, as pages of the site.

A link that leaves docs/, `../ARCHITECTURE.md` say, works in the repository; in
the site it leads to repository/ARCHITECTURE.md, made here of that file. A file
that is no Markdown is shown as code, a notebook as its cells. What is not there
stays as it is, so that mkdocs names the broken link.
"""

import json
import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File
from mkdocs.structure.files import Files
from mkdocs.structure.files import InclusionLevel
from mkdocs.structure.pages import Page

ROOM = "repository/"
IN_NAV = (
    "ARCHITECTURE.md",
    "BUILD_NOTES.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
)
"""Those that the navigation names."""
CHECKED = ("README.md",)
"""Those that are pages for the sake of their links."""
_LINK = re.compile(r"(?<=\]\()(?P<target>[^)\s#:]+)(?=(#[^)\s]*)?\))")
_LEXERS = {".py": "python", ".yaml": "yaml", ".toml": "toml"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds a page for each file that is linked to."""
    root = _root(config)
    waiting = [*IN_NAV, *CHECKED]
    for file in files.documentation_pages():
        waiting += _linked(file.content_string, f"docs/{file.src_uri}", root)
    known = set()
    while waiting:
        path = waiting.pop()
        if path in known:
            continue
        known.add(path)
        text = (root / path).read_text(encoding="utf-8")
        if path.endswith(".ipynb"):
            text = _as_cells(path, text)
        if path.endswith((".md", ".ipynb")):
            waiting += _linked(text, path, root)
        else:
            text = _as_code(path, text)
        page = File.generated(config, _site_path(path), content=text)
        if path not in IN_NAV:
            page.inclusion = InclusionLevel.NOT_IN_NAV
        files.append(page)
    return files


def on_page_markdown(
    markdown: str, page: Page, config: MkDocsConfig, files: Files
) -> str:
    """Turns links to files of the repository into links to their pages."""
    here = page.file.src_uri
    root = _root(config)
    home = _home(here, root)

    def turned(link: re.Match) -> str:
        path = _path(link["target"], home)
        if not (root / path).is_file():
            return link["target"]
        return posixpath.relpath(_site_path(path), posixpath.dirname(here))

    return _LINK.sub(turned, markdown)


def _root(config: MkDocsConfig) -> Path:
    return Path(config.docs_dir).parent


def _linked(markdown: str, home: str, root: Path) -> list[str]:
    """Files outside docs/ that a page links to, by their paths from `root`."""
    found = [_path(link["target"], home) for link in _LINK.finditer(markdown)]
    outside = [path for path in found if not path.startswith(("docs/", ".."))]
    return [path for path in outside if (root / path).is_file()]


def _path(target: str, home: str) -> str:
    """Where a link of the file `home` leads, as a path in the repository."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(home), target))


def _home(src_uri: str, root: Path) -> str:
    """The file of the repository that a page was made of."""
    if not src_uri.startswith(ROOM):
        return f"docs/{src_uri}"
    path = src_uri.removeprefix(ROOM)
    return path if (root / path).is_file() else path.removesuffix(".md")


def _site_path(path: str) -> str:
    """Where the site has a file of the repository."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return ROOM + (path if path.endswith(".md") else f"{path}.md")


def _as_cells(path: str, text: str) -> str:
    """A notebook's text as it is, its code as code."""
    parts = []
    for cell in json.loads(text)["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            source = f"~~~~~~ python\n{source}\n~~~~~~"
        parts.append(source)
    name = posixpath.basename(path)
    return "\n\n".join([*parts, f"*The notebook is `{name}`.*\n"])


def _as_code(path: str, text: str) -> str:
    lexer = _LEXERS.get(posixpath.splitext(path)[1], "text")
    return (
        "---\nsearch:\n  exclude: true\n---\n"
        f"# {path}\n\n~~~~~~ {lexer}\n{text}\n~~~~~~\n"
    )
