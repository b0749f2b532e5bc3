"""Steps that operators skip, and tokens that they move."""

from typing import Any

import pytest

from engine.instances.guard import IdentityStepSkipped
from engine.spiff import NotMovable
from tests.instances.drawing import IDENTIFY
from tests.instances.stopping import stopped
from tests.spiff.notation import inside


def test_a_skip_leaves_the_element_with_what_the_operator_says(installation: Any) -> None:
    instance_id = stopped(installation)
    installation.call(
        lambda app: app.operations.skip(instance_id, {"result": "by hand", "a.b": 1}, reason="done by phone")
    )
    assert installation.at(instance_id) == "u"
    variables = installation.show(instance_id).variables
    assert (variables["result"], variables["a"]) == ("by hand", {"b": 1})
    assert installation.audited("step_skipped")[-1].detail == {"element": "w", "reason": "done by phone"}
    assert ("skipped", "w") in [(each.event, each.element_id) for each in installation.show(instance_id).history]


@pytest.mark.parametrize(
    "elements",
    [
        ("start s", IDENTIFY, "user u", "end e", "s -> g", "g -> u", "u -> e"),
        ("start s", inside("c", "start a", IDENTIFY, "end z", "a -> g", "g -> z"), "user u", "end e", "s -> c",
         "c -> u", "u -> e"),
    ],
)  # fmt: skip
def test_an_identity_step_is_only_skipped_on_purpose(installation: Any, elements: tuple[str, ...]) -> None:
    instance_id = stopped(installation, *elements)
    with pytest.raises(IdentityStepSkipped, match="'g'"):
        installation.call(lambda app: app.operations.skip(instance_id))
    assert installation.status(instance_id) == "INCIDENT"
    installation.call(lambda app: app.operations.skip(instance_id, identity=True, reason="passport seen"))
    assert installation.at(instance_id) == "u"
    [event] = installation.audited("identity_step_skipped")
    assert event.detail == {"elements": "g", "reason": "passport seen"}


@pytest.mark.parametrize("call", ["call c child", 'call c =string("child")'])
def test_jumping_over_a_call_jumps_over_the_identity_steps_in_it(installation: Any, call: str) -> None:
    installation.draw(
        "start s", "user v", call.replace('"', "&quot;"), "user u", "end e", "s -> v", "v -> c", "c -> u", "u -> e",
        child=("start a", IDENTIFY, "end z", "a -> g", "g -> z"),
    )  # fmt: skip
    instance_id = installation.start()
    with pytest.raises(IdentityStepSkipped):
        installation.call(lambda app: app.operations.move(instance_id, "u"))
    installation.call(lambda app: app.operations.move(instance_id, "u", identity=True))
    assert installation.at(instance_id) == "u"


def test_no_other_branch_leads_around_an_identity_step(installation: Any) -> None:
    installation.draw(
        "start s", "xor x x_v", "user v", IDENTIFY, "user u", "end e",
        *("s -> x", "x -> v", "x -> g if check", "g -> u", "u -> e", "v -> e"),
    )  # fmt: skip
    instance_id = installation.start(check=False)
    with pytest.raises(IdentityStepSkipped, match="'g'"):
        installation.call(lambda app: app.operations.move(instance_id, "u"))
    installation.call(lambda app: app.operations.move(instance_id, "g"))
    assert installation.show(instance_id).incident.element_id == "g"


def test_a_move_puts_the_token_elsewhere_and_says_what_it_jumped_over(installation: Any) -> None:
    installation.draw("start s", "user u", "work w", "user v", "end e", "s -> u", "u -> w", "w -> v", "v -> e")
    instance_id = installation.start()
    installation.call(lambda app: app.operations.move(instance_id, "v", reason="asked by phone"))
    assert installation.at(instance_id) == "v"
    [event] = installation.audited("step_moved")
    assert event.detail == {"element": "u", "to": "v", "jumped": "u, w", "reason": "asked by phone"}
    installation.call(lambda app: app.operations.move(instance_id, "u"))
    assert installation.at(instance_id) == "u"


@pytest.mark.parametrize(("element_id", "message"), [("nowhere", "nowhere"), ("s", "No token")])
def test_a_move_to_where_no_token_can_be_is_refused(installation: Any, element_id: str, message: str) -> None:
    instance_id = stopped(installation)
    with pytest.raises(NotMovable, match=message):
        installation.call(lambda app: app.operations.move(instance_id, element_id))
    assert installation.audited("step_moved") == []


def test_a_move_needs_to_know_which_token(installation: Any) -> None:
    installation.draw(
        "start s", "and f", "user a", "user b", "user c", "and j", "end e",
        *("s -> f", "f -> a", "f -> b", "a -> c", "c -> j", "b -> j", "j -> e"),
    )  # fmt: skip
    instance_id = installation.start()
    with pytest.raises(NotMovable, match="2 tokens"):
        installation.call(lambda app: app.operations.move(instance_id, "c"))
    token = installation.token(instance_id, "a")
    installation.call(lambda app: app.operations.move(instance_id, "c", token_id=token))
    assert {each.element_id for each in installation.show(instance_id).places} == {"b", "c"}
