"""Walks with hypothesis: what is found, that it is the shortest and simplest, and what a failure tells."""

import json
from collections.abc import Callable

import pytest

from engine.deployment import File
from tests.instances.drawing import drawn
from tests.testing.activities import Leak, Working
from webui.testing.exploring import Subject
from webui.testing.exploring.by_hypothesis import shortest
from webui.testing.exploring.walking import Walk, Walker
from webui.testing.workshop import Wanted, Workshop

pytest_plugins = ["pytester"]

SEND = {"type": "button", "id": "send", "label": "Go on", "action": "submit"}
NAME = {"type": "textfield", "id": "n", "key": "name", "label": "Name", "validate": {"required": True}}
AGE = {"type": "number", "id": "a", "key": "age", "label": "Age", "validate": {"min": 0, "max": 120, "required": True}}
PIN = {"type": "textfield", "id": "p", "key": "pin", "label": "PIN", "sensitive": True, "validate": {"minLength": 9}}

ASKED = ("start s", "s -> ask", "user ask")


def form(name: str, *components: dict[str, object]) -> bytes:
    return json.dumps({"type": "default", "id": name, "schemaVersion": 19, "components": [*components, SEND]}).encode()


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(lambda: tmp_path_factory.mktemp("walking"))


@pytest.fixture
def walked(workshop: Workshop) -> Callable[..., list[Walk]]:
    """Return the shortest walks to everything that goes wrong in a process with one form."""

    def walk(
        *elements: str, fields: tuple[dict[str, object], ...] = (), examples: int = 60, **more: bytes
    ) -> list[Walk]:
        files = (File("p.bpmn", drawn({"p": elements})), File("f.form", form("Form", *fields)))
        given = (*files, *(File(f"{name}.form", content) for name, content in more.items()))
        wanted = Wanted(given, activities={"work": Working, "leak": Leak})
        subject = Subject(workshop, wanted, "p", variables={})
        return shortest(Walker(subject), examples, "test")

    return walk


def test_a_dead_end_is_shown_by_the_fewest_steps_to_it(walked: Callable[..., list[Walk]]) -> None:
    (walk,) = walked(
        *(*ASKED, "ask -> more", "user more", "more -> g", "and g", "g -> j", "g -> x", "xor x no", "x -> j if false"),
        *("no: x -> f", "end f", "and j", "j -> e", "end e"),
    )
    assert [each.key for each in walk.findings] == ["dead-end:more:stuck"]
    assert walk.steps == ("start", "submit", "submit")


def test_an_incident_that_some_answers_lead_to_is_shown_with_the_simplest_of_them(
    walked: Callable[..., list[Walk]],
) -> None:
    (walk,) = walked(
        *(*ASKED, "ask -> more", "user more", "more -> x", "xor x", "x -> e if _customFormData.ask.age < 66", "end e"),
        fields=(NAME, AGE),
    )
    assert [each.key for each in walk.findings] == ["incident:x:no-condition-holds"]
    assert walk.steps == ("start", "submit name='0', age='66'")
