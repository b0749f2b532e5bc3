"""Exploring: what is found, what is not, and that it is the same each time."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bpmn
from engine.deployment import File
from engine.journey_test import read
from tests.instances.drawing import drawn
from tests.spiff.notation import repeat
from tests.testing.activities import Leak, Working
from webui.testing import files
from webui.testing.exploring import Explored, Explorer, Kind, Subject, save
from webui.testing.exploring.fixture import Exploring
from webui.testing.failures import JourneyFailed
from webui.testing.opening import beside
from webui.testing.workshop import Wanted, Workshop

KNOWN = {
    # The first journey handles nothing on purpose: its README says so.
    "get_current_totp": (
        "incident:get_user:UserNotFound",
        "incident:get_user:StoreNotFound",
        "incident:get_totp:TotpNotRegistered",
        "incident:get_totp:StoreNotFound",
        "incident:get_totp:UserNotFound",
        "incident:get_totp:PolicyNotFound",
        "incident:get_totp:TotpDisplayDenied",
        "incident:get_totp:UserLocked",
    )
}
STEPS = 36

SECRET = {"type": "textfield", "id": "pinField", "key": "pin", "label": "PIN", "sensitive": True}
SEND = {"type": "button", "id": "send", "label": "Go on", "action": "submit"}


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(lambda: tmp_path_factory.mktemp("exploring"))


@pytest.fixture
def explored(workshop: Workshop) -> Callable[..., Explored]:
    def explore(*elements: str, form: tuple[object, ...] = (), steps: int = 25, **options: Any) -> Explored:
        document = {"type": "default", "id": "Form", "schemaVersion": 19, "components": [*form, SEND]}
        given = (File("p.bpmn", drawn({"p": elements})), File("f.form", json.dumps(document).encode()))
        return Explorer(Subject(workshop, Wanted(given), "p", **options), steps=steps).explore()

    return explore


@pytest.mark.parametrize("name", sorted(each.name for each in bpmn.FOLDER.iterdir() if (each / "README.md").exists()))
def test_what_ships_has_nothing_but_what_is_known(explore: Exploring, name: str) -> None:
    explored = explore(f"bpmn/{name}", seed=3, steps=STEPS if name not in KNOWN else 60, expect=KNOWN.get(name, ()))
    assert explored.reached > 5


def test_a_token_that_waits_for_another_that_never_comes_is_a_dead_end(explored: Callable[..., Explored]) -> None:
    found = explored(
        *("start s", "s -> g", "and g", "g -> a", "user a", "a -> j", "g -> x", "xor x no", "x -> j if false"),
        *("no: x -> f", "end f", "and j", "j -> e", "end e"),
    )
    (finding,) = found.findings
    assert (finding.key, finding.way) == ("dead-end:a:stuck", "start (externalId=sample-user) → submit")
    assert {each.id for each in found.unreached} == {"x_j", "j", "j_e", "e"}


def test_an_error_that_nothing_catches_is_an_incident_with_the_shortest_way_to_it(workshop: Workshop) -> None:
    process = drawn({"p": ("start s", "s -> w", "work w", "catch b w Other", "b -> e", "w -> e", "end e")})
    given = Wanted((File("p.bpmn", process),), activities={"work": Working})
    (finding,) = Explorer(Subject(workshop, given, "p", variables={}), steps=20).explore().findings
    assert (finding.key, finding.way) == ("incident:w:Declared", "start → w ends with Declared")
    assert finding.what == "w ends with Declared, and nothing catches that."


def test_what_runs_for_ever_is_a_loop(explored: Callable[..., Explored]) -> None:
    (finding,) = explored(
        "start s", "s -> t", repeat("manual t", "true"), "t -> e", "end e", steps=1, variables={}
    ).findings
    assert (finding.kind, finding.element) == (Kind.LOOP, "t")


def test_what_can_be_done_for_ever_without_an_end_is_said(explored: Callable[..., Explored]) -> None:
    found = explored("start s", "s -> a", "user a", "a -> b", "user b", "b -> a", steps=60, variables={"x": 1})
    assert {each.key for each in found.findings} == {"no-end:a", "no-end:b"}


def test_a_form_that_takes_nothing_is_said(explored: Callable[..., Explored]) -> None:
    field = {
        "type": "textfield",
        "id": "f",
        "key": "f",
        "label": "F",
        "validate": {"required": True, "pattern": "^[QX]{3}-7$"},
    }
    elements = ("start s", "s -> u", "user u", "u -> e", "end e")
    options = {"form": (field,), "variables": {"x": 1}, "steps": 40}
    assert "form:u" in {each.key for each in explored(*elements, **options).findings}
    assert explored(*elements, **options, answers={"f": "QXQ-7"}).unreached == ()


def test_a_secret_on_the_page_of_another_form_is_found(workshop: Workshop) -> None:
    one = {"type": "default", "id": "Form", "schemaVersion": 19, "components": [SECRET, SEND]}
    other = {**one, "id": "Other", "components": [{"type": "text", "id": "t", "text": "You are {{ kept }}"}, SEND]}
    second = '<bpmn:userTask id="b"><bpmn:extensionElements><zeebe:userTask/><zeebe:formDefinition formId="Other"/>'
    process = drawn(
        {
            "p": (
                *("start s", "s -> a", "user a", "a -> w", "w -> b", "b -> e", "end e"),
                (
                    '<bpmn:serviceTask id="w"><bpmn:extensionElements><zeebe:taskDefinition type="leak"/>'
                    '<zeebe:ioMapping><zeebe:input source="=_customFormData.a.pin" target="pin"/></zeebe:ioMapping>'
                    "</bpmn:extensionElements></bpmn:serviceTask>"
                ),
                f"{second}</bpmn:extensionElements></bpmn:userTask>",
            )
        }
    )
    given = (
        File("p.bpmn", process),
        File("one.form", json.dumps(one).encode()),
        File("other.form", json.dumps(other).encode()),
    )
    wanted = Wanted(given, activities={"leak": Leak})
    keys = {each.key for each in Explorer(Subject(workshop, wanted, "p"), steps=12).explore().findings}
    assert {"secret:a:page of b", "secret:a:variables"} <= keys


def test_the_same_seed_does_the_same_again(workshop: Workshop) -> None:
    given = Wanted(tuple(File.at(each) for each in beside(bpmn.FOLDER / "get_current_totp_step_up")))
    subjects = (Subject(workshop, given, "get_current_totp_step_up") for _ in range(2))
    one, two = (Explorer(each, seed=7, steps=25).explore() for each in subjects)
    assert (one.places, one.reached, one.unreached) == (two.places, two.reached, two.unreached)


def test_a_finding_is_saved_as_a_journey_test(workshop: Workshop, tmp_path: Path) -> None:
    for each in beside(bpmn.FOLDER / "get_current_totp"):
        (tmp_path / each.name).write_bytes(each.read_bytes())
    wanted = Wanted(tuple(File.at(each) for each in beside(tmp_path)))
    explorer = Explorer(Subject(workshop, wanted, "get_current_totp"), steps=12)
    for finding in explorer.explore().findings:
        path = save(explorer.subject.runner, finding, tmp_path)
        assert files.run(workshop, read(path.read_bytes(), str(path)), path).outcome.ok


def test_in_a_test_what_is_found_fails_and_so_does_what_is_expected_and_not_found(explore: Exploring) -> None:
    with pytest.raises(JourneyFailed, match="incident:get_user:UserNotFound"):
        explore("bpmn/get_current_totp", steps=10)
    with pytest.raises(JourneyFailed, match="nowhere\n    was expected, and not found"):
        explore("bpmn/totp_authentication", steps=5, expect=("incident:nowhere",))
