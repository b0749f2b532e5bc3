"""Termination."""

import pytest

from tests.spiff.notation import each, on_event
from tests.spiff.notation import inside as sub_process
from tests.spiff.player import Play


def test_terminate_ends_every_other_token(play: Play) -> None:
    player = play(
        "start s", "s -> f", "and f", "f -> a", "f -> b", "user a", "user b", "a -> t", "terminate t", "b -> e", "end e"
    )
    assert player.submit("a").run.completed
    assert player.at == []


@pytest.mark.bpmn("Terminate end event", "Ends everything in its process or sub-process; nothing there runs any more.")
def test_nothing_runs_after_a_terminate_end_event(play: Play) -> None:
    done: list[str] = []
    player = play(
        *("start s", "s -> f", "and f", "f -> t", "f -> w", "end t terminate", "work w", "f -> u", "user u"),
        *("f -> r", "wait r message M", on_event("h", "start hs signal S", "hs -> hu", "user hu")),
        work=done.append,
    )
    assert player.ended
    assert done == []
    assert player.path == ["s", "f", "t"]


@pytest.mark.bpmn("Terminate end event", "In a sub-process, the process goes on behind it.")
def test_terminate_ends_only_the_sub_process_that_it_is_in(play: Play) -> None:
    sub = sub_process(
        "sub", "start is", "is -> f", "and f", "f -> a", "f -> b", "user a", "user b", "b -> t", "terminate t"
    )
    player = play("start s", "s -> sub", "s -> o", "user o", sub, "sub -> u", "user u", "on c sub error", "c -> u")
    assert player.submit("b").at == ["o", "u"]


def test_terminate_ends_only_one_instance(play: Play) -> None:
    sub = sub_process("sub", "start is", "is -> a", "is -> b", "user a", "user b", "b -> t", "terminate t")
    player = play("start s", "s -> sub", each(sub, "[1, 2]"), "sub -> u", "user u")
    assert player.submit("b").at == ["a", "b"]
    assert player.submit("b").at == ["u"]


def test_terminate_in_an_event_sub_process_ends_only_that(play: Play) -> None:
    handler = on_event("h", "beside hs message M", "hs -> a", "hs -> b", "user a", "user b", "b -> t", "terminate t")
    player = play("start s", "s -> u", "user u", handler).message("M")
    assert player.at == ["a", "b", "u"]
    assert player.submit("b").at == ["u"]
    assert player.submit("u").ended


def test_terminate_in_a_called_process_ends_only_that(play: Play) -> None:
    calls = {"other": ("start os", "os -> a", "os -> b", "user a", "user b", "b -> t", "terminate t")}
    player = play("start s", "s -> c", "s -> o", "user o", "call c other", "c -> u", "user u", calls=calls)
    assert player.submit("b").at == ["o", "u"]
