"""What the documents say is there: settings, links, commands."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from webui.cli import idflow

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]

VARIABLE = re.compile(r"\bIDFLOW_[A-Z_]*[A-Z]\b(?!_?…|_\*)")
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
COMMAND = re.compile(r"(?:^|`|\s)(?:\.venv/bin/)?idflow((?: (?!idflow)[a-z-]+)+)", re.MULTILINE)

NOT_SETTINGS = {
    *("IDFLOW_SKIP_FRONTEND", "IDFLOW_REQUIRE_BROWSER", "IDFLOW_SCREENSHOTS"),
    *("IDFLOW_API", "IDFLOW_DOMAIN"),
}
"""For whoever builds and tests Idflow; what several names begin with, and what the compose file asks for."""


def names(*files: Path) -> set[str]:
    return {name for file in files for name in VARIABLE.findall(file.read_text(encoding="utf-8"))} - NOT_SETTINGS


def test_every_setting_is_documented_and_every_documented_one_is_there() -> None:
    read = [*ROOT.glob("engine/*.py"), *ROOT.glob("engine/store/*.py"), *ROOT.glob("webui/**/*.py")]
    documented = names(*(ROOT / "docs").rglob("*.md"))
    assert documented == names(*read)
    assert names(*DOCUMENTS) <= documented


def anchors(document: Path) -> set[str]:
    """Return where links can lead in a document, as GitHub calls it."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    for file, anchor in LINK.findall(document.read_text(encoding="utf-8")):
        target = document.parent / file if file else document
        assert target.exists(), file
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{file}#{anchor}"


def commands(text: str) -> Iterator[list[str]]:
    for block in re.findall(r"(?:^ {4}.*\n)+", text, re.MULTILINE):
        yield from (words.split() for words in COMMAND.findall(block))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_is_there(document: Path) -> None:
    for words in commands(document.read_text(encoding="utf-8")):
        found: click.Command = idflow
        for word in words:
            if not isinstance(found, click.Group):
                break
            assert word in found.commands, " ".join(words)
            found = found.commands[word]


def test_everybody_says_the_same_of_the_pythons_that_are_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    before = "Programming Language :: Python :: "
    tested = [each.removeprefix(before) for each in project["classifiers"] if each.startswith(before)]
    oldest, newest = tested[0], tested[-1]
    assert project["requires-python"] == f">={oldest}"
    assert f"({oldest} to {newest} are tested)" in (ROOT / "docs" / "installing.md").read_text(encoding="utf-8")
    assert f"take {oldest} to {newest}." in (ROOT / "Makefile").read_text(encoding="utf-8")
