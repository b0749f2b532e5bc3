"""Messages and signals."""

from datetime import timedelta
from typing import Any

import pytest

from engine.spiff.catching import MAXIMUM_KEY_LENGTH, NameInvalid
from engine.spiff.records import TaskNotCurrent
from engine.timers import TimerInvalid
from tests.spiff.notation import inputs, inside, on_event, outputs
from tests.spiff.player import Play, Player, fails

JUNK = {"token": 1, "self": 2, "source": 3, "local": 4}
"""Names that mean something to whoever evaluates an expression; a message may carry them all the same."""


def correlated(key: str) -> str:
    return (
        '<bpmn:message id="M" name="M"><bpmn:extensionElements>'
        f'<zeebe:subscription correlationKey="{key}"/></bpmn:extensionElements></bpmn:message>'
    )


@pytest.mark.bpmn("Message intermediate catch event", "Waits for a message of its name and correlation key.")
@pytest.mark.bpmn("Receive task", "Waits for a message of its name and correlation key; takes boundary events.")
@pytest.mark.parametrize("kind", ["wait w message M", "receive w M"])
def test_a_message_is_waited_for(play: Play, kind: str) -> None:
    player = play("start s", "s -> w", kind, "w -> u", "user u")
    assert [(each.element.id, each.trigger, each.name, each.key) for each in player.for_events] == [
        ("w", "message", "M", "k")
    ]
    assert player.message("M").at == ["u"]
    assert player.for_events == []


@pytest.mark.bpmn(
    "Message intermediate catch event", "A number is a key, too; null, an empty text or a list is an incident."
)
@pytest.mark.parametrize(
    ("value", "key"),
    [("a b", "a b"), (7, "7"), (7.5, "7.5"), (10**20, "1" + "0" * 20), (0, "0"), ("ü" * 255, "ü" * 255)],
)
def test_a_correlation_key_is_a_text_or_a_number(play: Play, value: object, key: str) -> None:
    player = play("start s", "s -> w", "wait w message M", "w -> u", "user u", beside=correlated("=key"), key=value)
    assert [each.key for each in player.for_events] == [key]


@pytest.mark.parametrize("value", [None, "", True, [], {}, ["k"], "x" * (MAXIMUM_KEY_LENGTH + 1)])
def test_anything_else_is_no_correlation_key(stop: Play, value: object) -> None:
    player = stop("start s", "s -> w", "wait w message M", "w -> u", "user u", beside=correlated("=key"), key=value)
    assert isinstance(fails(player.again).cause, NameInvalid)
    assert player.standing == ["w"]
    player.change(key="k")
    assert player.message("M").at == ["u"]


def test_the_key_is_that_of_the_moment_at_which_waiting_began(play: Play) -> None:
    player = play("start s", "s -> w", "wait w message M", "w -> u", "user u", beside=correlated("=key"), key="a")
    player.change(key="b")
    assert [each.key for each in player.for_events] == ["a"]


def test_the_name_of_a_message_can_be_an_expression(play: Play) -> None:
    beside = correlated("=key").replace('name="M"', 'name="=&quot;paid-&quot; + region"')
    player = play("start s", "s -> w", "wait w message M", "w -> u", "user u", beside=beside, key=1, region="eu")
    assert player.message("paid-eu", "1").at == ["u"]


@pytest.mark.bpmn(
    "Message intermediate catch event",
    "What the message carries is set as variables, or kept by the output mapping; never a name with an underscore.",
)
@pytest.mark.parametrize("kind", ["wait w message M", "receive w M"])
def test_the_variables_of_a_message_are_set(play: Play, kind: str) -> None:
    player = play("start s", "s -> w", kind, "w -> u", "user u", beside=correlated("=n"), n=1)
    player.message("M", "1", n=2, _identityStore=3, **JUNK)
    assert player.variables == {"n": 2, **JUNK}


@pytest.mark.parametrize("kind", ["wait w message M", "receive w M"])
def test_an_output_mapping_says_what_is_kept_of_a_message(play: Play, kind: str) -> None:
    catch = outputs(kind, **{"order.id": "id", "sum": "token + self"})
    player = play("start s", "s -> w", catch, "w -> u", "user u", beside=correlated("=key"), key="k")
    player.message("M", id="7", **JUNK)
    assert player.variables == {"key": "k", "order": {"id": "7"}, "sum": 3}


def test_a_message_is_not_lost_when_its_output_mapping_fails(play: Play) -> None:
    catch = outputs("wait w message M", **{"order.id": "id"})
    player = play("start s", "s -> w", catch, "w -> u", "user u", order="not a context")
    failure = fails(lambda: player.message("M", id="7"))
    assert failure.element_id == "w"
    assert player.for_events == []
    fails(player.again)
    assert player.change(order={}).at == ["u"]
    assert player.variables["order"] == {"id": "7"}


def test_an_event_happens_once(play: Play) -> None:
    player = play("start s", "s -> w", "wait w message M", "w -> u", "user u")
    waiting = player.for_events[0].id
    player.message("M")
    for identifier in (waiting, "", "0" * 32, player.task("u").id):
        with pytest.raises(TaskNotCurrent):
            player.run.deliver(identifier)
    assert player.at == ["u"]


@pytest.mark.bpmn("Message boundary event", "Interrupts the activity by a message.")
def test_a_message_interrupts_an_activity(play: Play) -> None:
    player = play("start s", "s -> a", "user a", "on m a message M", "m -> u", "user u")
    assert player.message("M", x=1).at == ["u"]
    assert player.variables == {"x": 1}
    assert player.standing == ["u"]


@pytest.mark.bpmn("Message boundary event", "One that does not interrupt begins something beside it, each time.")
def test_a_message_that_does_not_interrupt_comes_again_and_again(play: Play) -> None:
    player = play("start s", "s -> a", "user a", "beside m a message M", "m -> n", "script n n = n + 1", n=0)
    for count in range(1, 4):
        assert player.message("M").at == ["a"]
        assert player.variables["n"] == count
    assert player.submit("a").ended
    assert player.for_events == []


def test_boundary_events_of_a_receive_task_wait_beside_it(play: Play) -> None:
    elements = ("start s", "s -> r", "receive r M", "on t r timer PT1H", "t -> late", "user late", "r -> u", "user u")
    assert play(*elements).sleep(hours=1).at == ["late"]
    player = play(*elements).message("M")
    assert player.at == ["u"]
    assert player.for_events == []


@pytest.mark.bpmn("Message start event of an event sub-process", "Interrupts or not; not interrupting it takes many.")
@pytest.mark.parametrize("at_top", [True, False])
def test_messages_start_an_event_sub_process(play: Play, *, at_top: bool) -> None:
    handler = on_event("h", "beside m message M", "m -> hu", "user hu")
    parts = ("start a", "a -> u", "user u", handler)
    player = play(*parts) if at_top else play("start s", "s -> sub", inside("sub", *parts))
    assert player.message("M", x=1).at == ["hu", "u"]
    assert player.message("M", x=2).at == ["hu", "hu", "u"]
    assert player.variables == {"x": 2}
    assert player.submit("u").at == ["hu", "hu"]
    assert player.submit("hu").submit("hu").ended


SENDING = [
    *("throw t message M", "send t M", "end t message M"),
]


@pytest.mark.bpmn("Message intermediate throw event", "Sends a message that carries its input parameters.")
@pytest.mark.bpmn("Message end event", "Sends a message that carries its input parameters, and ends its token.")
@pytest.mark.bpmn("Send task", "Sends a message that carries its input parameters, or runs an activity.")
@pytest.mark.parametrize("kind", SENDING)
def test_a_message_is_sent(play: Play, kind: str) -> None:
    throw = inputs(kind, order="order.id", twice="2 * n")
    player = play("start s", "s -> t", throw, beside=correlated("=order.id"), order={"id": 5}, n=4)
    assert [(each.element.id, each.trigger, each.name, each.key, each.variables) for each in player.thrown] == [
        ("t", "message", "M", "5", {"order": 5, "twice": 8})
    ]
    assert player.thrown[0].time_to_live == timedelta()
    assert player.ended


def living(kind: str, time: str) -> str:
    tag = {"throw": "intermediateThrowEvent", "end": "endEvent"}[kind]
    return (
        f'<bpmn:{tag} id="t"><bpmn:extensionElements><zeebe:properties><zeebe:property name="timeToLive" '
        f'value="{time}"/></zeebe:properties></bpmn:extensionElements>'
        f'<bpmn:messageEventDefinition messageRef="M"/></bpmn:{tag}>'
    )


@pytest.mark.bpmn(
    "Message intermediate throw event", "Nobody may wait for it yet: its property `timeToLive` says how long it waits."
)
@pytest.mark.parametrize("kind", ["throw", "end"])
@pytest.mark.parametrize(("time", "length"), [("PT10M", timedelta(minutes=10)), ("=days", timedelta(days=2))])
def test_a_message_has_a_time_to_live(play: Play, kind: str, time: str, length: timedelta) -> None:
    player = play("start s", "s -> t", living(kind, time), beside=correlated("=key"), key="k", days="P2D")
    assert [each.time_to_live for each in player.thrown] == [length]


def test_a_message_that_cannot_be_sent_is_not_sent(stop: Play) -> None:
    player = stop("start s", "s -> t", living("throw", "=days"), beside=correlated("=key"), key="k", days="long")
    assert isinstance(fails(player.again).cause, TimerInvalid)
    assert player.thrown == []
    assert len(player.change(days="P1D").thrown) == 1


@pytest.mark.bpmn("Send task", "With an activity it runs that, and keeps outputs.")
def test_a_send_task_runs_an_activity(play: Play) -> None:
    task = (
        '<bpmn:sendTask id="t"><bpmn:extensionElements><zeebe:taskDefinition type="work"/><zeebe:ioMapping>'
        '<zeebe:output source="=result.sent" target="sent"/></zeebe:ioMapping></bpmn:extensionElements></bpmn:sendTask>'
    )
    player = play("start s", "s -> t", task, work=lambda _: {"sent": True})
    assert player.variables == {"sent": True}
    assert player.thrown == []


@pytest.mark.bpmn("Signal intermediate throw event", "Reaches whoever waits for the signal, in every process.")
@pytest.mark.bpmn("Signal end event", "Throws a signal and ends its token.")
@pytest.mark.parametrize("kind", ["throw t signal S", "end t signal S"])
def test_a_signal_is_thrown(play: Play, kind: str) -> None:
    player = play("start s", "s -> t", inputs(kind, x="n + 1"), n=1)
    assert [(each.trigger, each.name, each.key, each.variables) for each in player.thrown] == [
        ("signal", "S", "", {"x": 2})
    ]
    assert player.ended


@pytest.mark.bpmn("Signal intermediate catch event", "Waits for a signal; takes what it carries as a message's.")
@pytest.mark.bpmn("Signal boundary event", "Interrupts the activity or not, each time.")
@pytest.mark.bpmn("Signal start event of an event sub-process", "Interrupts or not, each time.")
def test_a_signal_reaches_all_who_wait(play: Play) -> None:
    handler = on_event("h", "beside hs signal S", "hs -> hn", "script hn handled = handled + 1")
    player = play(
        *("start s", "s -> w", "wait w signal S", "w -> u", "user u", "s -> a", "user a", "on b a signal S"),
        *("b -> ub", "user ub", "s -> c", "user c", "beside d c signal S", "d -> n", "script n n = n + 1", handler),
        n=0,
        handled=0,
    )
    assert player.signal("S", x=1).at == ["c", "u", "ub"]
    assert player.variables == {"x": 1, "n": 1, "handled": 1}
    assert player.signal("S").variables["n"] == 2
    assert player.variables["handled"] == 2


def test_an_interrupting_signal_starts_an_event_sub_process_once(play: Play) -> None:
    player = play("start s", "s -> u", "user u", on_event("h", "start hs signal S", "hs -> hu", "user hu"))
    assert player.signal("S").at == ["hu"]
    assert player.for_events == []
    assert player.submit("hu").ended


def test_what_is_waited_for_keeps_its_id(play: Play) -> None:
    player = play(
        "start s",
        "s -> a",
        "user a",
        "beside m a message M",
        "m -> b",
        "user b",
        "beside x b signal S",
        "x -> c",
        "user c",
    )
    ids = {each.id for each in player.for_events}
    player.message("M").submit("b").message("M")
    assert ids < {each.id for each in player.for_events}


def test_a_loop_waits_for_a_message_anew_each_time(play: Play) -> None:
    elements: tuple[Any, ...] = (
        *("start s", "s -> m", "xor m", "m -> w", "wait w message M", "w -> g", "xor g g_e", "g -> m if more"),
        *("g -> e", "end e"),
    )
    player: Player = play(*elements)
    seen = set()
    for _ in range(5):
        seen.add(player.for_events[0].id)
        player.message("M", more=True)
    assert len(seen) == 5
    assert player.message("M", more=False).ended


def test_a_message_may_be_sent_without_a_key(play: Play) -> None:
    player = play("start s", "s -> t", "throw t message M", beside='<bpmn:message id="M" name="M"/>')
    assert [each.key for each in player.thrown] == [""]
