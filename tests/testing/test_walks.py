"""Walks with hypothesis: what is found, that it is the shortest and simplest, and what a failure tells."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase

from engine.deployment import File
from tests.instances.drawing import drawn
from tests.testing.activities import Leak
from webui.testing.exploring import Subject
from webui.testing.exploring.by_hypothesis import shortest
from webui.testing.exploring.fixture import Exploring
from webui.testing.exploring.walking import Walk, Walker
from webui.testing.failures import HypothesisMissing
from webui.testing.walks import walks
from webui.testing.workshop import Wanted, Workshop

pytest_plugins = ["pytester"]

SEND = {"type": "button", "id": "send", "label": "Go on", "action": "submit"}
NAME = {"type": "textfield", "id": "n", "key": "name", "label": "Name", "validate": {"required": True}}
CODE = {**NAME, "validate": {"required": True, "pattern": "^[QX]{2}-[0-9]$"}}
AGE = {"type": "number", "id": "a", "key": "age", "label": "Age", "validate": {"min": 0, "max": 120, "required": True}}
PIN = {"type": "textfield", "id": "p", "key": "pin", "label": "PIN", "sensitive": True, "validate": {"minLength": 9}}

RETAKEN = ("incident:ask:ExceededCustomDataFormRetake",)
ASKED = ("start s", "s -> ask", "user ask")


def form(name: str, *components: Mapping[str, object]) -> bytes:
    return json.dumps({"type": "default", "id": name, "schemaVersion": 19, "components": [*components, SEND]}).encode()


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(lambda: tmp_path_factory.mktemp("walking"))


@pytest.fixture
def walked(workshop: Workshop) -> Callable[..., Walk]:
    """Return the shortest walk to the one thing that goes wrong in a process with one form."""

    def walk(*elements: str, fields: tuple[Mapping[str, object], ...] = (), examples: int = 20, **more: bytes) -> Walk:
        files = (File("p.bpmn", drawn({"p": elements})), File("f.form", form("Form", *fields)))
        given = (*files, *(File(f"{name}.form", content) for name, content in more.items()))
        wanted = Wanted(given, activities={"leak": Leak})
        walker = Walker(Subject(workshop, wanted, "p", variables={}), longest=3, expect=frozenset(RETAKEN))
        (found,) = shortest(walker, examples, random=Random(7))  # noqa: S311 - no secret
        return found

    return walk


def test_a_dead_end_is_shown_by_the_fewest_steps_to_it(walked: Callable[..., Walk]) -> None:
    walk = walked(
        *(*ASKED, "ask -> more", "user more", "more -> g", "and g", "g -> j", "g -> x", "xor x no", "x -> j if false"),
        *("no: x -> f", "end f", "and j", "j -> e", "end e"),
    )
    assert [each.key for each in walk.findings] == ["dead-end:f:stuck"]
    assert walk.steps == ("start", "submit", "submit")


def test_an_incident_that_some_answers_lead_to_is_shown_with_the_simplest_of_them(walked: Callable[..., Walk]) -> None:
    walk = walked(*(*ASKED, "ask -> x", "xor x", "x -> e if _customFormData.ask.age < 66", "end e"), fields=(CODE, AGE))
    assert [each.key for each in walk.findings] == ["incident:x:no-condition-holds"]
    assert walk.steps == ("start", "submit name='QQ-0', age='66'")


def test_an_incident_that_only_one_answer_leads_to_is_found_where_the_process_names_it(
    walked: Callable[..., Walk],
) -> None:
    walk = walked(
        *(*ASKED, "ask -> x", "xor x", 'x -> e if _customFormData.ask.name != "admin"', "end e"), fields=(NAME,)
    )
    assert walk.steps == ("start", "submit name='admin'")


def test_a_secret_on_the_page_of_another_form_is_shown_by_the_fewest_steps_to_it(walked: Callable[..., Walk]) -> None:
    leak = (
        '<bpmn:serviceTask id="w"><bpmn:extensionElements><zeebe:taskDefinition type="leak"/>'
        '<zeebe:ioMapping><zeebe:input source="=_customFormData.ask.pin" target="pin"/></zeebe:ioMapping>'
        "</bpmn:extensionElements></bpmn:serviceTask>"
    )
    other = (
        '<bpmn:userTask id="b"><bpmn:extensionElements><zeebe:userTask/><zeebe:formDefinition formId="Other"/>'
        "</bpmn:extensionElements></bpmn:userTask>"
    )
    walk = walked(
        *(*ASKED, "ask -> w", leak, "w -> b", other, "b -> e", "end e"),
        fields=(PIN,),
        other=form("Other", {"type": "text", "id": "t", "text": "You are {{ kept }}"}),
    )
    assert "secret:ask:page of b" in {each.key for each in walk.findings}
    assert walk.steps == ("start", "submit pin='Anna Example'")


def test_an_element_that_nothing_comes_to_is_said(explore: Exploring, tmp_path: Path) -> None:
    never = ("x -> never if 1 > 2", "manual never", "never -> e")
    elements = (*ASKED, "ask -> x", "xor x no", *never, "no: x -> e", "end e")
    (tmp_path / "p.bpmn").write_bytes(drawn({"p": elements}))
    (tmp_path / "f.form").write_bytes(form("Form", AGE))
    explored = explore(tmp_path, steps=5, walks=10, expect=RETAKEN, variables={})
    assert {each.id for each in explored.unreached} == {"never", "x_never", "never_e"}


FAILING = """
from webui.testing.walks import walks

@walks("p", variables={}, examples=500, expect=("incident:ask:ExceededCustomDataFormRetake",))
def test_nobody_is_too_old(walk):
    with open("walked.txt", "a") as log:
        print(walk, file=log)
    assert walk.ended != "old"

def test_explored(explore):
    explore("bpmn/get_current_totp", steps=1)
"""


@contextmanager
def profile(name: str, **different: Any) -> Iterator[None]:
    """Let hypothesis be set up in another way, wherever this runs."""
    before = settings.get_current_profile_name()
    settings.register_profile(name, settings.get_profile("default"), **different)
    settings.load_profile(name)
    yield
    settings.load_profile(before)


@pytest.fixture
def failing(pytester: pytest.Pytester) -> pytest.Pytester:
    elements = (*ASKED, "ask -> x", "xor x no", "x -> old if _customFormData.ask.age > 80", "end old", "no: x -> e")
    folder = pytester.mkdir("p")
    (folder / "p.bpmn").write_bytes(drawn({"p": (*elements, "end e")}))
    (folder / "f.form").write_bytes(form("Form", NAME, AGE))
    pytester.makepyfile(FAILING)
    return pytester


def test_a_test_that_fails_says_the_shortest_walk_and_keeps_it_as_a_journey_test(failing: pytest.Pytester) -> None:
    # The same walks each time: now and then, hypothesis finds no shorter one than one that is not the shortest.
    with profile("same", derandomize=True, database=None):
        ran = failing.runpytest_inprocess("--bpmn-report=p")
    assert ran.ret == pytest.ExitCode.TESTS_FAILED
    ran.stdout.fnmatch_lines(
        [
            "*walk       start",
            "*           submit name='0', age='81'",
            "*path       s → ask → x → old",
            "*ended      at old*",
            "*as a journey test: */p/p-test_nobody_is_too_old.journeytest.yaml",
            # What was walked through and explored counts as reached.
            "get_current_totp (*.bpmn) * %",
            "p (*p.bpmn) * 100 %",
        ]
    )
    # And nothing beside it: not the walk once more, field by field.
    ran.stdout.no_fnmatch_line("*Failing test case*")
    assert failing.runpytest_inprocess("p").ret == pytest.ExitCode.OK


def test_a_walk_that_failed_is_tried_first_the_next_time(failing: pytest.Pytester, tmp_path: Path) -> None:
    log = failing.path / "walked.txt"
    # A server of CI keeps nothing.
    with profile("desk", database=DirectoryBasedExampleDatabase(tmp_path)):
        failing.runpytest_inprocess()
        *_, told = log.read_text().splitlines()
        log.unlink()
        failing.runpytest_inprocess()
    assert "submit" in told
    assert log.read_text().splitlines()[0] == told


def test_without_hypothesis_it_is_said_in_a_line_how_to_get_it(
    explore: Exploring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "webui.testing.exploring.by_hypothesis", None)
    wanted = "^Walks need hypothesis: pip install 'idflow\\[testing\\]'.$"
    with pytest.raises(HypothesisMissing, match=wanted):
        walks("bpmn/get_current_totp")
    with pytest.raises(HypothesisMissing, match=wanted):
        explore("bpmn/totp_authentication", steps=1, walks=1)
