import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.dialect.kinds import ACTIVITIES, GATEWAYS
from engine.dialect.rules import events
from engine.model import Trigger
from tests.spiff import table

_WORDS = {
    "adHocSubProcess": "Ad-hoc sub-process",
    "businessRuleTask": "Business rule task",
    "callActivity": "Call activity",
    "eventBasedGateway": "Event-based gateway",
    "subProcess": "Sub-process",
}


def name_of(kind: str) -> str:
    return _WORDS.get(kind) or kind.capitalize().replace("task", " task").replace("gateway", " gateway")


def events_drawn() -> Iterator[tuple[Trigger | None, str]]:
    """Return every event that the deployment rules let through."""
    yield from ((trigger, "start event") for trigger in events._START)
    yield from ((trigger, "start event of an event sub-process") for trigger in events._START_BY_EVENT)
    for kind, triggers in events._MAY_BE.items():
        words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind)
        yield from ((trigger, words) for trigger in triggers)


def known() -> Iterator[str]:
    yield from (name_of(kind) for kind in ACTIVITIES | GATEWAYS)
    for trigger, words in events_drawn():
        first = "None" if trigger is None else "Conditional" if trigger is Trigger.CONDITION else trigger.capitalize()
        yield f"{first} {words}"


@pytest.mark.parametrize("name", sorted(set(known())))
def test_everything_that_can_be_drawn_has_a_row(name: str) -> None:
    assert name in {name for elements in table.rows().values() for name in elements}


def test_the_page_is_current() -> None:
    assert table.PAGE.read_text(encoding="utf-8") == table.page(), "Run python -m tests.spiff.table"


def test_no_module_with_a_row_is_left_out() -> None:
    for module in Path(__file__).parent.glob("test_*.py"):
        if list(table.marks(ast.parse(module.read_text(encoding="utf-8")))):
            assert module.stem.removeprefix("test_") in table.SECTIONS
