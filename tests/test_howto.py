"""The commands and the classes of the how-to pages work, in the order in which they stand there."""

import re
import shlex
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner

from engine.activity import Activity, Context
from forms.element import Element
from tests.conftest import Demonstration, ManualClock
from webui.cli import idflow

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
COMMAND = re.compile(r"^ {4,}idflow (.+)$", re.MULTILINE)
FILE = re.compile(r"`([a-z]+\.[a-z]+)`:\n\n *```[a-z]+\n(.*?) *```", re.DOTALL)
TOO_EARLY = {"keys prune": "Old data keys can be deleted from"}
"""What the page says can be done later, and what is said before."""
CLASS = re.compile(r"```python\n(.*?)```", re.DOTALL)


@pytest.mark.sqlite("the pages are written for an installation on a file")
@pytest.mark.parametrize(
    "page", [page for page in PAGES if COMMAND.search(page.read_text(encoding="utf-8"))], ids=lambda page: page.stem
)
def test_the_commands_of_a_page_work(
    page: Path, demonstration: Demonstration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = page.read_text(encoding="utf-8")
    demonstration.copy(tmp_path / "var")
    (tmp_path / "bpmn").symlink_to(ROOT / "bpmn")
    monkeypatch.chdir(tmp_path)
    for name, content in FILE.findall(text):
        Path(name).write_text("".join(f"{line.strip()}\n" for line in content.splitlines()), encoding="utf-8")
    for line in COMMAND.findall(text):
        ran = CliRunner().invoke(idflow, shlex.split(line, comments=True))
        assert TOO_EARLY.get(line, "") in str(ran.exception)
        assert ran.exit_code == (line in TOO_EARLY), f"idflow {line}\n{ran.output}"


def test_an_own_activity_is_what_its_page_says() -> None:
    (found,) = classes("own-activity.md", Activity)
    assert issubclass(found, Activity)
    context = Context(cast("Any", None), ManualClock(), cast("Any", None), "instance", {})
    assert found.read({"day": "1970-01-01"}).run(context) == (date(1970, 1, 1) - ManualClock().now().date()).days


def test_an_own_form_element_is_what_its_page_says() -> None:
    (found,) = classes("own-form-element.md", Element)
    assert found.__name__ == "Quotation"


def classes(name: str, kind: type) -> list[type]:
    """Return the classes that the Python of a page declares."""
    (code,) = CLASS.findall((ROOT / "docs" / "how-to" / name).read_text(encoding="utf-8"))
    names: dict[str, object] = {"__name__": "shown"}
    exec(compile(code, name, "exec"), names)  # noqa: S102 - what our own page shows
    return [each for each in names.values() if isinstance(each, type) and issubclass(each, kind) and each is not kind]
