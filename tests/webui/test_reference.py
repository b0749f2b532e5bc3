"""The generated pages of docs/: they are current, and nothing that is declared is missing."""

import re
from collections.abc import Iterator

import click
import pytest

from engine.audit import AuditAction
from engine.declared_settings import GROUPS, declared, known
from engine.errors import IdflowError
from webui.api.interface import operations
from webui.api.problems import code_of
from webui.cli import idflow
from webui.reference import DOCS, PAGES
from webui.reference.errors import every
from webui.reference.imports import packages


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: page() for name, page in PAGES.items()}


def test_every_page_is_current(pages: dict[str, str]) -> None:
    old = [name for name, text in pages.items() if (DOCS / name).read_text(encoding="utf-8") != text]
    assert not old, "run: make reference"


def commands(group: click.Group, path: str) -> Iterator[str]:
    for name, each in group.commands.items():
        yield f"{path} {name}"
        if isinstance(each, click.Group):
            yield from commands(each, f"{path} {name}")


def test_every_command_and_option_says_what_it_is_for(pages: dict[str, str]) -> None:
    text = pages["reference/commands.md"]
    assert [each for each in commands(idflow, "idflow") if f"# {each}\n" not in text] == []
    # A heading that nothing follows, an option without a meaning.
    assert re.findall(r"^#+ idflow .*\n\n(?=\n|    |#)", text, re.MULTILINE) == []
    assert re.findall(r"^\| `-.* \|  \|$", text, re.MULTILINE) == []


def test_every_setting_says_what_it_is_for(pages: dict[str, str]) -> None:
    text = pages["reference/settings.md"]
    assert {name for name in known() if f"`{name}`" not in text} == set()
    assert re.findall(r"^\| `IDFLOW.*\| +\|$", text, re.MULTILINE) == []
    assert all(declared(owner) for _, owner in GROUPS)


def test_every_error_says_what_it_means(pages: dict[str, str]) -> None:
    text = pages["reference/errors.md"]
    assert [each for each in every() if f"`{code_of(each)}`" not in text] == []
    assert [each for each in every() if not (each.__doc__ or "").strip()] == []
    codes = {each.code: each for each in every()}
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) for code in codes)
    assert IdflowError.code not in codes


def test_every_audit_event_operation_and_metric_is_there(pages: dict[str, str]) -> None:
    events = pages["reference/audit-events.md"]
    assert [each for each in AuditAction if f"| `{each.value}` | " not in events] == []
    api = pages["reference/operations.md"]
    assert [each.name for each in operations() if f"| `{each.method} {each.path}` | " not in api] == []
    metrics = pages["reference/metrics.md"]
    assert re.findall(r"^\|.*\|  \|$", metrics, re.MULTILINE) == []
    assert "idflow_database_up" in metrics


def test_every_package_is_in_the_picture(pages: dict[str, str]) -> None:
    picture = pages["pictures/architecture.svg"]
    assert [name for name in packages() if f">{name}</text>" not in picture] == []
    assert "engine.identity" in packages()["engine.application"]
