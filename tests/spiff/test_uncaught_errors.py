"""Errors: what nothing catches, and how it goes on."""

import pytest

from engine.errors import BpmnError
from engine.spiff import StepFailed
from tests.spiff.notation import inside as sub_process
from tests.spiff.notation import outputs
from tests.spiff.player import Play, fails
from tests.spiff.raising import ERRORS, GUARDED


def test_an_error_that_nothing_catches_stops_the_step_and_the_element_can_be_tried_again(play: Play) -> None:
    elements = ("start s", "s -> u", "user u", "u -> w", "work w", "w -> e", "end e")
    raises = [True]

    def work(_: str) -> object:
        if raises:
            raise BpmnError("There is no user.", error_code="UserNotFound")
        return None

    player = play(*elements, work=work)
    with pytest.raises(StepFailed) as failure:
        player.submit("u")
    assert failure.value.element_id == "w"
    assert isinstance(failure.value.cause, BpmnError)
    assert not player.run.completed
    assert player.at == []
    raises.clear()
    assert player.again().run.completed
    assert player.path == ["s", "u", "w", "e"]


def test_a_technical_failure_is_no_bpmn_error(play: Play) -> None:
    def work(_: str) -> object:
        raise ZeroDivisionError

    with pytest.raises(StepFailed) as failure:
        play(*GUARDED, beside=ERRORS, work=work)
    assert isinstance(failure.value.cause, ZeroDivisionError)


def test_an_error_end_event_of_the_process_ends_and_declines_it(play: Play) -> None:
    player = play(
        "start s",
        "s -> f",
        "and f",
        "f -> a",
        "f -> b",
        "user a",
        "user b",
        "a -> bad",
        "fail bad E1",
        "b -> e",
        "end e",
        beside=ERRORS,
    )
    task = player.task("a")
    player.run.submit(task.id)
    assert player.run.completed
    assert player.run.declined
    assert [passed.element.id for passed in player.run.passed if passed.ends] == ["bad"]


@pytest.mark.bpmn("Error end event", "Directly in a process, uncaught, it ends the process as declined.")
def test_an_error_end_event_ends_its_process_at_once(play: Play) -> None:
    player = play("start s", "s -> u", "user u", "s -> a", "user a", "a -> e", "end e error E", "u -> x", "end x")
    assert player.submit("a").ended
    assert player.run.declined
    assert player.path[-1] == "e"


@pytest.mark.bpmn(
    "Error end event", "In a sub-process or called process, uncaught, it is an incident; it can be tried again."
)
@pytest.mark.parametrize("called", [True, False])
def test_an_error_that_nothing_catches_is_an_incident(play: Play, *, called: bool) -> None:
    parts = ("start os", "os -> oe", "end oe error E")
    middle = "call sub other" if called else sub_process("sub", *parts)
    failure = fails(lambda: play("start s", "s -> sub", middle, "sub -> e", "end e", calls={"other": parts}))
    assert isinstance(failure.cause, BpmnError)
    assert failure.element_id == "oe"


def test_an_error_that_nothing_catches_leaves_a_form_open(play: Play) -> None:
    player = play("start s", "s -> u", "user u", "u -> e", "end e")
    fails(lambda: player.throw("u", "E"))
    assert player.failing == ["u"]
    assert player.at == []
    # Tried again it is open again: nobody has submitted it.
    assert player.again().at == ["u"]
    assert player.failing == []
    assert player.submit("u").ended


def test_what_was_submitted_is_not_asked_again_when_its_output_mapping_fails(play: Play) -> None:
    player = play("start s", "s -> u", outputs("user u", **{"x.y": "1"}), "u -> v", "user v", x=1)
    fails(lambda: player.submit("u"))
    assert player.at == []
    assert player.change(x={}).at == ["v"]
    assert player.variables == {"x": {"y": 1}}


def test_events_of_an_activity_that_failed_wait_until_it_is_tried_again(play: Play) -> None:
    def work(_: str) -> object:
        if failing:
            raise ZeroDivisionError
        return None

    failing = [True]
    player = play(
        *("start s", "s -> u", "user u", "u -> w", "work w", "w -> v", "user v", "on m w message M", "m -> late"),
        *("user late", "on x w error", "x -> v"),
        work=work,
    )
    fails(lambda: player.submit("u"))
    assert player.standing == ["m", "w"]
    fails(player.again)
    assert player.standing == ["m", "w"]
    failing.clear()
    assert player.again().at == ["v"]
    assert player.standing == ["v"]


def test_an_activity_that_failed_can_be_left_by_an_event(play: Play) -> None:
    def work(_: str) -> object:
        raise ZeroDivisionError

    player = play(
        "start s", "s -> u", "user u", "u -> w", "work w", "on m w message M", "m -> late", "user late", work=work
    )
    fails(lambda: player.submit("u"))
    assert player.message("M").at == ["late"]
