"""What MkDocs does with docs/ beyond what it does by itself.

The pages are written for those who read them in the repository. A link from them to a file outside docs/ leads to a
page of the site that shows that file, under `source/`; so the site needs no other host.
"""

import ast
import json
import posixpath
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from runpy import run_path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

SHOWN = "source/"
"""Where files of the repository are shown."""
STYLES = "webui/static/idflow.css"
ICON = "webui/static/icon.svg"
"""What the site shares with the product."""
NEWCOMERS = "How-to"
"""The part of the navigation that takes pages which the navigation does not name."""

_LINK = re.compile(r"(\]\()(?![a-z]+:|#|/)([^)#\s]+)((?:#[^)\s]*)?\))")
_CODE = re.compile(rf"{SHOWN}[^#]*(?:\.[a-z]+|/index)\.html")
_FENCE = re.compile(r"^(`{3,}|~{3,})", re.MULTILINE)
_TEXTS = {".bpmn", ".dmn", ".form", ".md", ".yaml"}
"""What a folder shows of what is in it; of Python, it says the first line."""

_root = Path()
"""The repository, once MkDocs has said where its configuration is."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Take GitHub's way of naming headings, and pages that the navigation does not name."""
    global _root  # noqa: PLW0603 - MkDocs calls functions, and tells only some of them where it is
    _root = Path(config.config_file_path).parent
    config.mdx_configs["toc"] = {"slugify": anchor}
    # Without the address of the site, a map of it is of no use.
    config.theme.static_templates.clear()
    docs = Path(config.docs_dir)
    named = set(_named(config.nav))
    for file in sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md")):
        if file not in named:
            part = "Reference" if file.startswith("reference/") else NEWCOMERS
            next(each[part] for each in config.nav or () if part in each).append(file)
    return config


def _named(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif entry:
        for each in entry.values() if isinstance(entry, dict) else entry:
            yield from _named(each)


def anchor(heading: str, separator: str) -> str:
    """Return what a link calls a heading, as GitHub does."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", separator)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the files that the pages lead to, and what the site shares with the product."""
    if site_map := files.get_file_from_path("sitemap.xml"):
        files.remove(site_map)
    # By its path: where the site is built, nothing that the product needs is installed.
    whole = run_path(str(_root / "webui/stylesheets.py"))["whole"]
    files.append(File.generated(config, posixpath.basename(STYLES), content=whole(_root / STYLES)))
    files.append(File.generated(config, posixpath.basename(ICON), abs_src_path=str(_root / ICON)))
    waiting = [f"docs/{file.src_uri}" for file in files if file.src_uri.endswith(".md")]
    seen = set(waiting)
    while waiting:
        name = waiting.pop()
        for target in _targets(name):
            if target in seen or target.startswith("docs/") or not (_root / target).exists():
                continue
            seen.add(target)
            waiting.append(target)
            page = File.generated(config, _shown(target), content=_content(target))
            page.inclusion = InclusionLevel.NOT_IN_NAV
            files.append(page)
    return files


def _targets(name: str) -> Iterator[str]:
    """Return what a file or folder leads to, by its place in the repository."""
    if (_root / name).is_dir():
        yield from (f"{name}/{each.name}" for each in _within(name))
    elif name.endswith(".md"):
        for link in _LINK.finditer((_root / name).read_text(encoding="utf-8")):
            yield _place(name, link[2])


def _within(folder: str) -> list[Path]:
    """Return the texts of a folder, and the folders in it that say what they are."""
    found = sorted((_root / folder).iterdir())
    return [each for each in found if each.suffix in _TEXTS or (each / "README.md").is_file()]


def _place(name: str, link: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), link))


def _shown(name: str) -> str:
    """Return which page of the site shows a file of the repository."""
    if name.startswith("docs/"):
        return name.removeprefix("docs/")
    if (_root / name).is_dir():
        return f"{SHOWN}{name}/index.md"
    return f"{SHOWN}{name}" if name.endswith(".md") else f"{SHOWN}{name}.md"


def _content(name: str) -> str:
    file = _root / name
    if file.is_dir():
        links = [f"* [`{each.name}`]({each.name})\n" for each in _within(name)]
        return f"# `{name}/`\n\n" + "".join((*links, *_modules(file)))
    text = file.read_text(encoding="utf-8")
    if name.endswith(".md"):
        return text
    fence = "`" * max([3, *(len(each) + 1 for each in _FENCE.findall(text))])
    return f"# `{name}`\n\n{fence}\n{text}\n{fence}\n"


def _modules(folder: Path) -> Iterator[str]:
    """Say what the modules and packages of a folder are, by their own first lines."""
    for path in sorted(folder.iterdir()):
        module = path / "__init__.py" if path.is_dir() else path
        if module.suffix == ".py" and module.is_file():
            said = (ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "").partition("\n")[0]
            yield f"* `{path.name}{'/' if path.is_dir() else ''}` {escape(said)}\n"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - MkDocs' names
    """Let the links of a page lead to where the site shows what they mean."""
    shown = page.file.src_uri
    if not shown.startswith(SHOWN):
        name = f"docs/{shown}"
    else:
        name = shown.removeprefix(SHOWN)
        name = name.removesuffix("index.md") + "." if name.endswith("/index.md") else name

    def lead(link: re.Match[str]) -> str:
        target = _place(name, link[2])
        inside = name.startswith("docs/") and target.startswith("docs/")
        if inside or not (_root / target).exists():
            return link[0]
        to = posixpath.relpath(_shown(target), posixpath.dirname(shown) or ".")
        return f"{link[1]}{to}{link[3]}"

    return _LINK.sub(lead, markdown)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - MkDocs' names
    """Let what is wider than a phone be scrolled, by the keyboard as well."""
    html = html.replace("<table>", '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>')
    html = html.replace("</table>", "</table></div>")
    return html.replace("<pre>", '<pre tabindex="0">')


def on_post_build(config: MkDocsConfig) -> None:
    """Let the search find what is written for readers, not the code that it leads to."""
    index = Path(config.site_dir, "search", "search_index.json")
    content = json.loads(index.read_text(encoding="utf-8"))
    content["docs"] = [each for each in content["docs"] if not _CODE.match(each["location"])]
    index.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
