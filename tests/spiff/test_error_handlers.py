"""Errors: what event sub-processes catch."""

import pytest

from tests.spiff.notation import inside as sub_process
from tests.spiff.notation import on_event, outputs
from tests.spiff.player import Play, fails
from tests.spiff.raising import CAUGHT, raises


@pytest.mark.bpmn("Error start event of an event sub-process", "Catches what is thrown in its scope, at any depth.")
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_an_event_sub_process_catches_errors(play: Play, depth: int) -> None:
    body: tuple[str, ...] = ("start s0", "s0 -> e0", "end e0 error E")
    for level in range(1, depth + 1):
        body = (f"start s{level}", f"s{level} -> sub{level}", sub_process(f"sub{level}", *body))
    handler = on_event("h", outputs("start hs error E", code="errorCode"), "hs -> hu", "user hu")
    player = play(*body, handler)
    assert player.at == ["hu"]
    assert player.variables == {"code": "E"}
    assert player.submit("hu").ended
    assert not player.run.declined


def test_boundary_events_come_before_event_sub_processes_around_them(play: Play) -> None:
    handler = on_event("h", "start hs error E", "hs -> hu", "user hu")
    assert play(*CAUGHT, raises("E"), "on c sub error", handler).at == ["u"]


def test_an_event_sub_process_inside_comes_before_the_boundary_event_outside(play: Play) -> None:
    handler = on_event("h", "start hs error", "hs -> hu", "user hu")
    sub = sub_process("sub", "start is", "is -> ie", "end ie error E", handler)
    player = play(*CAUGHT, sub, "on c sub error E")
    assert player.at == ["hu"]
    assert player.submit("hu").ended
    assert player.path[-1] == "e"


@pytest.mark.bpmn(
    "Error start event of an event sub-process", "An error inside of it goes to the scope around its own."
)
def test_an_error_inside_an_error_handler_goes_on_outwards(play: Play) -> None:
    handler = on_event("h", "start hs error E", "hs -> he", "end he error E")
    sub = sub_process("sub", "start is", "is -> ie", "end ie error E", handler)
    player = play(*CAUGHT, sub, "on c sub error E")
    assert player.at == ["u"]
    assert player.standing == ["u"]


def test_an_error_inside_the_handler_of_the_process_is_an_incident(play: Play) -> None:
    handler = on_event("h", "start hs error E", "hs -> he", "end he error E")
    failure = fails(lambda: play("start s", "s -> e", "end e error E", handler))
    assert failure.element_id == "he"


def test_an_error_beside_an_event_sub_process_is_not_caught_by_one_that_is_running(play: Play) -> None:
    # An interrupting event sub-process has taken over: no other one begins.
    running = on_event("r", "start rs message M", "rs -> ru", "user ru", "ru -> re", "end re error E")
    handler = on_event("h", "start hs error E", "hs -> hu", "user hu")
    player = play("start s", "s -> u", "user u", running, handler).message("M")
    assert player.at == ["ru"]
    assert fails(lambda: player.submit("ru")).element_id == "re"
    assert player.standing == ["r", "re"]


def test_an_error_of_an_event_sub_process_that_does_not_interrupt_is_caught_beside_it(play: Play) -> None:
    running = on_event("r", "beside rs message M", "rs -> ru", "user ru", "ru -> re", "end re error E")
    handler = on_event("h", "start hs error E", "hs -> hu", "user hu")
    player = play("start s", "s -> u", "user u", running, handler).message("M").submit("ru")
    assert player.at == ["hu"]
    assert player.standing == ["h", "hu"]
