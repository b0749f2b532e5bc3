"""Escalations."""

import pytest

from tests.spiff.notation import each, inside, on_event, outputs
from tests.spiff.player import Play

OUTSIDE = ("start s", "s -> sub", "sub -> u", "user u", "b -> v", "user v")


def escalating(kind: str) -> str:
    """Return a sub-process that throws an escalation in its flow, or ends with it, while something else waits in it."""
    after = ("x -> iu", "user iu") if kind == "throw" else ()
    return inside(
        "sub", "start is", "is -> f", "and f", "f -> x", f"{kind} x escalation E", *after, "f -> other", "user other"
    )


@pytest.mark.bpmn(
    "Escalation intermediate throw event", "Throws the escalation outwards and goes on, unless it is interrupted."
)
@pytest.mark.bpmn(
    "Escalation end event", "Throws the escalation outwards; if it is not interrupted, only its token ends."
)
@pytest.mark.bpmn(
    "Escalation boundary event", "Interrupts, or begins something beside the activity; one for the code comes first."
)
@pytest.mark.parametrize("kind", ["throw", "end"])
@pytest.mark.parametrize("code", ["", " E"])
@pytest.mark.parametrize("interrupts", [True, False])
def test_an_escalation_is_caught_on_its_sub_process(play: Play, kind: str, code: str, *, interrupts: bool) -> None:
    player = play(*OUTSIDE, escalating(kind), f"{'on' if interrupts else 'beside'} b sub escalation{code}")
    goes_on = ["iu", "other", "v"] if kind == "throw" else ["other", "v"]
    assert player.at == (["v"] if interrupts else goes_on)
    assert "x" in player.path


@pytest.mark.bpmn("Escalation intermediate throw event", "When nothing catches it, nothing happens.")
@pytest.mark.parametrize("kind", ["throw", "end"])
def test_an_escalation_that_nothing_catches_is_nothing(play: Play, kind: str) -> None:
    player = play("start s", "s -> sub", escalating(kind), "sub -> u", "user u", "on c sub error", "c -> u")
    assert player.submit("other").at == (["iu"] if kind == "throw" else ["u"])


def test_an_escalation_at_the_top_goes_by(play: Play) -> None:
    player = play("start s", "s -> x", "throw x escalation E", "x -> u", "user u", "u -> e", "end e escalation E")
    assert player.submit("u").ended
    assert not player.run.declined


@pytest.mark.bpmn("Escalation start event of an event sub-process", "Interrupts or not, each time.")
@pytest.mark.parametrize("interrupts", [True, False])
@pytest.mark.parametrize("deep", [True, False])
def test_an_escalation_starts_an_event_sub_process(play: Play, *, interrupts: bool, deep: bool) -> None:
    start = outputs(f"{'start' if interrupts else 'beside'} hs escalation E", code="escalationCode")
    handler = on_event("h", start, "hs -> hu", "user hu")
    body = (
        ("start s", "s -> sub", escalating("throw"))
        if deep
        else ("start s", "s -> x", "throw x escalation E", "x -> iu", "user iu")
    )
    player = play(*body, handler)
    assert player.at == (["hu"] if interrupts else ["hu", "iu", "other"] if deep else ["hu", "iu"])
    assert player.variables == {"code": "E"}


@pytest.mark.bpmn(
    "Escalation start event of an event sub-process", "An escalation inside of it goes to the scope around its own."
)
def test_an_escalation_inside_its_own_handler_goes_on_outwards(play: Play) -> None:
    handler = on_event("h", "beside hs escalation E", "hs -> hx", "throw hx escalation E", "hx -> hu", "user hu")
    sub = inside("sub", "start is", "is -> ie", "throw ie escalation E", "ie -> iu", "user iu", handler)
    player = play(*OUTSIDE, sub, "beside b sub escalation E")
    assert player.at == ["hu", "iu", "v"]


@pytest.mark.bpmn(
    "Escalation boundary event", "On a call activity, it catches what nothing in the called process does."
)
@pytest.mark.parametrize("interrupts", [True, False])
def test_an_escalation_leaves_a_called_process(play: Play, *, interrupts: bool) -> None:
    calls = {"other": ("start os", "os -> x", "throw x escalation E", "x -> iu", "user iu")}
    kind = "on" if interrupts else "beside"
    player = play(*OUTSIDE, "call sub other", f"{kind} b sub escalation E", calls=calls)
    assert player.at == (["v"] if interrupts else ["iu", "v"])


def test_every_instance_can_escalate(play: Play) -> None:
    sub = each(inside("sub", "start is", "is -> x", "throw x escalation E", "x -> iu", "user iu"), "[1, 2]")
    assert play(*OUTSIDE, sub, "beside b sub escalation E").at == ["iu", "iu", "v", "v"]
    assert play(*OUTSIDE, sub, "on b sub escalation E").at == ["v"]
