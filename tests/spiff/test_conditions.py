"""Conditional events."""

import pytest

from engine.variables import SecretReference
from tests.spiff.notation import inputs, inside, on_event
from tests.spiff.player import Play, fails

BESIDE = ("start s", "s -> u", "user u", "s -> a", "user a")
COUNT = ("b -> n", "script n n = n + 1")


@pytest.mark.bpmn(
    "Conditional intermediate catch event", "Waits until its condition is true; goes on at once if it is."
)
@pytest.mark.parametrize("x", [1, 2])
def test_a_condition_is_waited_for(play: Play, x: int) -> None:
    player = play("start s", "s -> u", "user u", "s -> c", "wait c condition x > 1", "c -> v", "user v", x=x)
    assert player.at == (["u"] if x == 1 else ["u", "v"])
    assert player.for_events == []
    assert player.submit("u", x=2).at == ["v"]


def test_a_null_condition_is_waited_for(play: Play) -> None:
    player = play("start s", "s -> c", "wait c condition x.y = 1", "c -> v", "user v")
    assert player.at == []
    assert player.change(x="text").at == []
    assert player.change(x={"y": 1}).at == ["v"]


@pytest.mark.bpmn("Conditional boundary event", "Interrupts the activity when its condition becomes true.")
def test_a_condition_interrupts(play: Play) -> None:
    player = play(*BESIDE, "on b a condition x", "b -> v", "user v")
    assert player.submit("u", x=True).at == ["v"]


def test_a_condition_that_is_true_already_interrupts_at_once(play: Play) -> None:
    assert play(*BESIDE, "on b a condition x", "b -> v", "user v", x=True).at == ["u", "v"]


@pytest.mark.bpmn(
    "Conditional boundary event", "One that does not interrupt happens each time that its condition becomes true."
)
def test_a_condition_happens_each_time_it_becomes_true(play: Play) -> None:
    player = play(*BESIDE, "beside b a condition x", *COUNT, n=0)
    for value, count in [(True, 1), (True, 1), (False, 1), (None, 1), (True, 2), (False, 2), (True, 3)]:
        player.change(x=value)
        assert player.variables["n"] == count
    assert player.submit("a").submit("u").ended


@pytest.mark.bpmn(
    "Conditional start event of an event sub-process", "Interrupts or not, each time that it becomes true."
)
@pytest.mark.parametrize("interrupts", [True, False])
@pytest.mark.parametrize("at_top", [True, False])
def test_a_condition_starts_an_event_sub_process(play: Play, *, interrupts: bool, at_top: bool) -> None:
    handler = on_event("h", f"{'start' if interrupts else 'beside'} hs condition x", "hs -> hu", "user hu")
    parts = ("start is", "is -> iu", "user iu", handler)
    player = play(*parts) if at_top else play("start s", "s -> sub", inside("sub", *parts))
    assert player.at == ["iu"]
    player.change(x=True)
    assert player.at == (["hu"] if interrupts else ["hu", "iu"])
    player.change(x=False).change(x=True)
    assert player.at == (["hu"] if interrupts else ["hu", "hu", "iu"])


def test_a_condition_sees_local_variables(play: Play) -> None:
    sub = inputs(
        inside("sub", "start is", "is -> iu", "user iu", "is -> c", "wait c condition x = 2", "c -> cu", "user cu"),
        x="1",
    )
    player = play("start s", "s -> sub", sub, x=1)
    assert player.change(x=2).at == ["iu"]
    assert player.submit("iu", x=2).at == ["cu"]


def test_a_condition_is_looked_at_after_every_element(play: Play) -> None:
    player = play(
        *("start s", "s -> a", "user a", "beside b a condition x = 1", *COUNT, "s -> t", "script t x = 1", "t -> t2"),
        *("script t2 x = 0",),
        n=0,
        x=0,
    )
    assert player.variables == {"n": 1, "x": 0}


def test_one_condition_may_make_another_true(play: Play) -> None:
    player = play(
        *("start s", "s -> c", "wait c condition y", "c -> t", "script t z = true", "s -> d", "wait d condition x"),
        *("d -> t2", "script t2 y = true", "s -> e", "wait e condition z", "e -> u", "user u"),
    )
    assert player.at == []
    assert player.change(x=True).at == ["u"]


@pytest.mark.bpmn(
    "Conditional intermediate catch event",
    "A condition that cannot be evaluated is an incident at the event; it can be tried again.",
)
@pytest.mark.parametrize(
    "elements",
    [
        ("s -> c", "wait c condition x", "c -> v", "user v"),
        ("s -> a", "user a", "on c a condition x", "c -> v", "user v"),
        (on_event("c", "start hs condition x", "hs -> v", "user v"),),
    ],
)
def test_a_condition_that_cannot_be_evaluated_is_an_incident_there(play: Play, elements: tuple[str, ...]) -> None:
    player = play("start s", "s -> u", "user u", "u -> w", "user w", *elements)
    failure = fails(lambda: player.submit("u", x=SecretReference("totp-secret", "1", "2")))
    assert failure.element_id == "c"
    assert player.failing == ["c"]
    # The form was submitted all the same.
    assert player.path[-1] == "u"
    fails(player.again)
    assert "v" in player.change(x=True).at
    assert player.failing == []


def test_an_event_whose_condition_cannot_be_evaluated_can_be_skipped(play: Play) -> None:
    player = play("start s", "s -> u", "user u", "s -> a", "user a", "on c a condition x", "c -> v", "user v")
    fails(lambda: player.submit("u", x=SecretReference("totp-secret", "1", "2")))
    assert player.skip("c").at == ["a"]
    assert player.standing == ["a"]
    assert player.submit("a").ended


@pytest.mark.parametrize("every", [False])
def test_a_thousand_conditions(play: Play) -> None:
    flows = [part for n in range(1000) for part in (f"s -> c{n}", f"wait c{n} condition x")]
    player = play("start s", *flows, x=False)
    assert player.change(x=True).ended
