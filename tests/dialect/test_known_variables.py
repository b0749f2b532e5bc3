"""What an editor is told of the variables that are known where somebody types."""

from collections.abc import Iterable
from pathlib import Path

import pytest

import bpmn
import forms
from engine.designer_data import variables
from engine.form import Answer
from engine.known_variables import MAXIMUM_TOLD
from engine.model import FormReference
from service_tasks import ACTIVITIES
from tests.dialect.test_hostile import FILES
from tests.instances.drawing import FORM_FILE, drawn
from tests.spiff.notation import each, inside, on_event

FORM = forms.answers(FORM_FILE.content)


def answers(reference: FormReference) -> Iterable[Answer]:
    return FORM if reference.name == "Form" else ()


def known(content: bytes) -> dict[str, dict[str, str]]:
    """Return, for each element and flow, the types by their paths."""
    found = variables(content, ACTIVITIES, answers)
    return {place: {variable["path"]: variable["type"] for variable in there} for place, there in found.items()}


def get_user(name: str, key: str) -> str:
    inputs = f'<zeebe:ioMapping><zeebe:input source="{key}" target="userKey"/></zeebe:ioMapping>'
    task = f'<bpmn:serviceTask id="{name}"><bpmn:extensionElements><zeebe:taskDefinition type="get-user"/>{inputs}'
    return f"{task}</bpmn:extensionElements></bpmn:serviceTask>"


def test_what_an_activity_writes_is_known_behind_it_and_not_before() -> None:
    found = known(drawn({"p": ("start s", get_user("g", "user2"), "end e", "s -> g", "g -> e")}))
    assert found["g"] == {"externalId": "text"}
    assert found["g_e"] == found["e"]
    assert found["e"]["_identityStore.users.user2"] == "context"
    assert found["e"]["_identityStore.users.user2.attributes"] == "context"
    assert found["e"]["_identityStore.users.user2.id"] == "text"


def test_a_key_that_is_an_expression_is_not_guessed() -> None:
    found = known(drawn({"p": ("start s", get_user("g", "=other"), "end e", "s -> g", "g -> e")}))
    assert found["e"] == {"externalId": "text", "_identityStore.users": "context"}


def test_secrets_are_told_apart() -> None:
    journey = bpmn.FOLDER / "get_current_totp" / "get_current_totp.bpmn"
    found = known(journey.read_bytes())
    shown = found["show_current_totp"]
    assert shown["_identityStore.currentTOTP.secret"] == "secret"
    assert shown["_identityStore.currentTOTP.issuer"] == "text"


def test_answers_are_known_under_the_form_data_key() -> None:
    found = known(drawn({"p": ("start s", "user u", "script t x = 1", "end e", "s -> u", "u -> t", "t -> e")}))
    assert "_customFormData.u.answer" not in found["u"]
    assert found["t"]["_customFormData.u.answer"] == "text"
    assert (found["e"]["x"], "x" in found["t"]) == ("any", False)


def test_a_circle_is_gone_round() -> None:
    parts = ("start s", "xor a", "user u", "xor b b_to_e", "end e", "s -> a", "a -> u", "u -> b", "b -> a", "b -> e")
    found = known(drawn({"p": parts}))
    assert "_customFormData.u.answer" in found["a"]
    assert "_customFormData.u.answer" in found["u"]
    assert "_customFormData.u.answer" not in found["s"]


def test_branches_know_nothing_of_each_other_until_they_join() -> None:
    parts = ("start s", "and a", "script l x = 1", "script r y = 1", "and j", "end e")
    flows = ("s -> a", "a -> l", "a -> r", "l -> j", "r -> j", "j -> e")
    found = known(drawn({"p": (*parts, *flows)}))
    assert "y" not in found["l"]
    assert "x" not in found["r"]
    assert {"x", "y"} <= found["e"].keys()


def test_what_is_local_to_a_sub_process_stays_in_it() -> None:
    body = inside("sub", "start i", "script t x = 1", "end o", "i -> t", "t -> o")
    loop = each("script m z = 1", "[1, 2]", item="one", out="all = z")
    found = known(drawn({"p": ("start s", body, loop, "end e", "s -> sub", "sub -> m", "m -> e")}))
    assert "x" in found["e"]
    assert found["m"]["one"] == "any"
    assert found["m"]["loopCounter"] == "number"
    assert found["e"]["all"] == "list"
    assert "one" not in found["e"]


def test_a_boundary_event_knows_what_was_before_its_activity() -> None:
    parts = ("start s", "script t x = 1", get_user("g", "u"), "catch b g UserNotFound", "end e", "end f")
    found = known(drawn({"p": (*parts, "s -> t", "t -> g", "g -> e", "b -> f")}))
    assert found["b"].keys() == {"externalId", "x", "errorCode", "errorMessage"}
    assert "_identityStore.users.u" not in found["f"]
    assert "errorMessage" not in found["f"]


def test_an_event_sub_process_knows_what_its_scope_has_set() -> None:
    handler = on_event("h", "on hs signal stop", "end he", "hs -> he")
    found = known(drawn({"p": ("start s", "script t x = 1", "end e", "s -> t", "t -> e", handler)}))
    assert "x" in found["he"]


def test_a_message_brings_what_its_sender_in_the_file_gives_it() -> None:
    carrying = (
        '<bpmn:endEvent id="e"><bpmn:extensionElements><zeebe:ioMapping><zeebe:input source="=1" target="sum"/>'
        '</zeebe:ioMapping></bpmn:extensionElements><bpmn:messageEventDefinition messageRef="paid"/></bpmn:endEvent>'
    )
    parts = {
        "p": ("start s", carrying, "s -> e"),
        "q": ("start s2", "wait w message paid", "end e2", "s2 -> w", "w -> e2"),
    }
    found = known(drawn(parts))
    assert "sum" in found["e2"]
    assert "sum" not in found["w"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_can_be_looked_at(path: Path) -> None:
    _ = known(path.read_bytes())


@pytest.mark.parametrize("content", [b"", b"<a/>", b"\xff", b"<", drawn({}), drawn({"p": ("start s", "s -> nowhere")})])
def test_what_cannot_be_read_knows_nothing_and_raises_nothing(content: bytes) -> None:
    assert all(not there or there.keys() == {"externalId"} for there in known(content).values())


def test_a_large_file_tells_no_book() -> None:
    steps = [get_user(f"t{number}", f"u{number}") for number in range(1998)]
    flows = [f"t{number} -> t{(number + 1) % 1998}" for number in reversed(range(1998))]
    content = drawn({"p": ("start s", *steps, "s -> t0", *flows)})
    assert 0 < sum(map(len, known(content).values())) <= MAXIMUM_TOLD
