"""What CONTRIBUTING.md asks of every file, and no other tool checks."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("bench", "bpmn", "engine", "forms", "service_tasks", "webui")
MADE = ("webui/static/dist", "webui/manual/site")
"""What the build writes."""
LONG = 300
"""Lines; a longer file says why."""


def files(*folders: str) -> list[Path]:
    """Return the files of code in folders, without what the build writes."""
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".css", ".js", ".jsx", ".mjs", ".py"}
        and "node_modules" not in path.parts
        and not any(path.is_relative_to(ROOT / made) for made in MADE)
    ]


FILES = files(*FOLDERS)
PYTHON = [path for path in FILES if path.suffix == ".py"]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_a_long_file_says_why_it_is_not_two() -> None:
    long = {path for path in [*FILES, *files("tests")] if path.read_text().count("\n") > LONG}
    silent = [named(path) for path in long if f"More than {LONG} lines, " not in path.read_text()]
    assert not silent


@pytest.mark.parametrize("exception", [r"# type: ignore\[[\w, -]+\](?P<why>.*)", r"# noqa: [A-Z]+[0-9]+(?P<why>.*)"])
def test_an_exception_to_a_rule_says_why(exception: str) -> None:
    silent = [
        f"{named(path)}:{number}"
        for path in PYTHON
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (found := re.search(exception, line)) and not re.search(r" [-#] \S", found["why"])
    ]
    assert not silent


def test_a_cast_says_why_it_is_true() -> None:
    silent = [
        f"{named(path)}:{call.lineno}"
        for path in PYTHON
        if "cast" in (text := path.read_text())
        for call in casts(ast.parse(text))
        if not any("  # " in line for line in text.splitlines()[call.lineno - 1 : call.end_lineno])
    ]
    assert not silent


def casts(tree: ast.Module) -> list[ast.Call]:
    """Return the calls of `typing.cast`; SQL has a `cast` of its own."""
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "typing"
        for alias in node.names
        if alias.name == "cast"
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if ast.unparse(call.func) in imported | {"typing.cast"}]


def test_every_package_says_what_it_is_for() -> None:
    packages = [path for path in PYTHON if path.name == "__init__.py" and "versions" not in path.parts]
    assert [named(path) for path in packages if not ast.get_docstring(ast.parse(path.read_text()))] == []
