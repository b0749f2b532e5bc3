from collections.abc import Callable
from typing import Any

import pytest

from engine.errors import BpmnError
from engine.spiff import StepFailed

Play = Callable[..., Any]
ERRORS = '<bpmn:error id="E1" errorCode="UserNotFound"/><bpmn:error id="E2" errorCode="UserLocked"/>'

GUARDED = (
    "start s",
    "s -> w",
    "work w",
    "w -> done",
    "user done",
    "done -> e",
    "end e",
    "catch any w",
    "any -> a",
    "user a",
    "a -> ea",
    "end ea",
    "catch coded w E1",
    "coded -> c",
    "user c",
    "c -> ec",
    "end ec",
)


def raising(code: str) -> Callable[[str], object]:
    def work(_: str) -> object:
        raise BpmnError("no", error_code=code)

    return work


@pytest.mark.parametrize(("code", "caught_at"), [("UserNotFound", "c"), ("UserLocked", "a")])
def test_the_event_with_the_code_comes_before_the_one_that_catches_all(play: Play, code: str, caught_at: str) -> None:
    player = play(*GUARDED, beside=ERRORS, work=raising(code))
    assert player.at == [caught_at]
    assert "w" not in player.path
    assert player.submit(caught_at).run.completed


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


def test_an_error_leaves_a_sub_process_by_the_boundary_event_on_it(play: Play, inside: Callable[..., str]) -> None:
    inner = inside(
        "sub",
        "start is",
        "is -> f",
        "and f",
        "f -> iu",
        "f -> iw",
        "user iu",
        "user wait",
        "iu -> ie",
        "end ie",
        "iw -> wait",
        "work iw",
        "wait -> ix",
        "fail ix E1",
    )
    outer = (
        "start s",
        "s -> sub",
        inner,
        "sub -> e",
        "end e",
        "catch c sub E1",
        "c -> after",
        "user after",
        "after -> ea",
        "end ea",
    )
    player = play(*outer, beside=ERRORS)
    assert sorted(player.at) == ["iu", "wait"]
    assert player.submit("wait").at == ["after"]
    assert player.submit("after").run.completed
    assert "e" not in player.path


def test_a_sub_process_ends_when_all_its_tokens_have(play: Play, inside: Callable[..., str]) -> None:
    inner = inside(
        "sub",
        "start is",
        "is -> f",
        "and f",
        "f -> a",
        "f -> b",
        "user a",
        "user b",
        "a -> ea",
        "b -> eb",
        "end ea",
        "end eb",
    )
    player = play("start s", "s -> sub", inner, "sub -> u", "user u", "u -> e", "end e")
    assert player.submit("a").at == ["b"]
    assert player.submit("b").at == ["u"]
    assert player.submit("u").run.completed


def test_an_error_thrown_at_a_form_is_caught_on_it(play: Play) -> None:
    player = play(
        "start s",
        "s -> u",
        "user u",
        "u -> e",
        "end e",
        "catch c u E1",
        "c -> v",
        "user v",
        "v -> ev",
        "end ev",
        beside=ERRORS,
    )
    assert player.throw("u", "UserNotFound").at == ["v"]


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


def test_terminate_ends_every_other_token(play: Play) -> None:
    player = play(
        "start s", "s -> f", "and f", "f -> a", "f -> b", "user a", "user b", "a -> t", "terminate t", "b -> e", "end e"
    )
    assert player.submit("a").run.completed
    assert player.at == []
