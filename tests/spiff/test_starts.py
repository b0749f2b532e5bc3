"""Start and end events."""

import pytest

from tests.spiff.notation import inside, outputs
from tests.spiff.player import Play

STARTS = (
    *("start none", "start m message M", "start i signal S", "start t timer R/PT1H", "start c condition n > 3"),
    *(f"{name} -> {name}1" for name in ("none", "m", "i", "t", "c")),
    *(f"user {name}1" for name in ("none", "m", "i", "t", "c")),
)


@pytest.mark.bpmn("None start event", "Begins a process that is started by a person, a token or a call.")
def test_a_process_begins_at_its_none_start_event_alone(play: Play) -> None:
    player = play(*STARTS)
    assert player.at == ["none1"]
    assert player.for_events == []
    assert player.submit("none1").ended


@pytest.mark.bpmn("Message start event", "Begins a process by a message, whose variables are the first ones.")
@pytest.mark.bpmn("Signal start event", "Begins a process by a signal, whose variables are the first ones.")
@pytest.mark.bpmn("Timer start event", "Begins a process at a date, after a duration, or in a cycle.")
@pytest.mark.bpmn("Conditional start event", "Begins a process when variables are given for which it is true.")
@pytest.mark.parametrize("name", ["m", "i", "t", "c"])
def test_a_process_begins_where_an_event_reaches_it(play: Play, name: str) -> None:
    player = play(*STARTS, at=name)
    assert player.at == [f"{name}1"]
    assert player.for_events == []
    assert player.submit(f"{name}1").ended
    assert player.path == [name, f"{name}1"]


@pytest.mark.bpmn(
    "Message start event", "Never sets a variable that begins with an underscore: those are Idflow's own."
)
@pytest.mark.parametrize("name", ["m", "i"])
def test_what_starts_a_process_gives_it_variables(play: Play, name: str) -> None:
    player = play(*STARTS, at=name, payload={"x": 1, "_secret": 2})
    assert player.variables == {"x": 1}


def test_an_output_mapping_says_what_is_kept_of_a_start_message(play: Play) -> None:
    start = outputs("start m message M", **{"order.id": "id"})
    player = play(start, "m -> u", "user u", at="m", payload={"id": 7, "other": 8, "token": 9, "self": 1, "source": 2})
    assert player.variables == {"order": {"id": 7}}


def test_a_none_start_event_has_an_output_mapping(play: Play) -> None:
    assert play(outputs("start s", n="1 + 1"), "s -> u", "user u").variables == {"n": 2}


def test_a_sub_process_begins_without_a_start_event(play: Play) -> None:
    player = play("start s", "s -> sub", inside("sub", "user a", "user b", "b -> c", "user c"), "sub -> u", "user u")
    assert player.at == ["a", "b"]
    assert player.submit("b").submit("c").submit("a").at == ["u"]


@pytest.mark.bpmn("None end event", "Ends its token; the process or sub-process ends with its last one.")
def test_a_process_ends_with_its_last_token(play: Play) -> None:
    player = play("start s", "s -> a", "s -> b", "user a", "user b", "a -> e1", "b -> e2", "end e1", "end e2")
    assert not player.submit("a").ended
    assert player.submit("b").ended
    assert [passed.element.id for passed in player.run.passed] == []
    assert player.path[-1] == "e2"
