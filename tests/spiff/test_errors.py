"""Errors: what boundary events catch."""

from collections.abc import Callable

import pytest

from engine.errors import BpmnError
from tests.spiff.notation import each, outputs
from tests.spiff.notation import inside as sub_process
from tests.spiff.player import Play
from tests.spiff.raising import CAUGHT, ERRORS, GUARDED, raises


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


@pytest.mark.bpmn(
    "Error end event", "Throws the error to the innermost boundary event or event sub-process that catches it."
)
@pytest.mark.bpmn(
    "Error boundary event", "Catches an error of its activity, or of anything inside of it, and interrupts it."
)
@pytest.mark.bpmn("Error boundary event", "The one for the very code comes first, then the one without a code.")
@pytest.mark.parametrize("catching", ["on c sub error E", "on c sub error"])
def test_an_error_end_event_leaves_its_sub_process(play: Play, catching: str) -> None:
    player = play(*CAUGHT, raises("E"), catching)
    assert player.at == ["u"]
    assert player.path == ["s", "is", "ie", "c"]
    assert player.submit("u").ended
    assert not player.run.declined


@pytest.mark.bpmn(
    "Error boundary event", "Its output mapping can name `errorCode` and `errorMessage`; without one, nothing is set."
)
def test_the_output_mapping_of_a_catching_event_names_the_error(play: Play) -> None:
    kept = {"failure.code": "errorCode", "failure.text": "errorMessage"}
    player = play(*CAUGHT, raises("E"), outputs("on c sub error E", **kept))
    assert player.variables == {"failure": {"code": "E", "text": "'ie' ended with the error E."}}
    assert play(*CAUGHT, raises("E"), "on c sub error E").variables == {}


def test_the_innermost_event_catches(play: Play) -> None:
    inner = sub_process("sub", "start is", "is -> ie", "end ie error E")
    middle = sub_process("mid", "start ms", "ms -> sub", inner, "on near sub error", "near -> mu", "user mu")
    player = play("start s", "s -> mid", middle, "on far mid error E", "far -> u", "user u")
    assert player.at == ["mu"]


def test_an_error_passes_by_what_does_not_catch_it(play: Play) -> None:
    inner = sub_process("sub", "start is", "is -> ie", "end ie error E")
    middle = sub_process("mid", "start ms", "ms -> sub", inner, "on near sub error F", "near -> mu", "user mu")
    player = play("start s", "s -> mid", middle, "on far mid error E", "far -> u", "user u")
    assert player.at == ["u"]
    assert player.standing == ["u"]


@pytest.mark.bpmn("Error boundary event", "On a multi-instance activity, an error of one instance ends all of them.")
@pytest.mark.parametrize("sequential", [True, False])
def test_an_error_of_one_instance_leaves_a_multi_instance_activity(play: Play, *, sequential: bool) -> None:
    def work(_: str) -> object:
        count.append(1)
        if len(count) == 2:
            raise BpmnError("no", error_code="E")
        return None

    count: list[int] = []
    several = each("work w", "[1, 2, 3]", sequential=sequential)
    player = play("start s", "s -> w", several, "on c w error E", "c -> u", "user u", work=work)
    assert player.at == ["u"]
    assert player.standing == ["u"]
    assert len(count) == 2


@pytest.mark.bpmn("Error boundary event", "On a call activity, it catches what nothing in the called process does.")
def test_an_error_leaves_a_called_process(play: Play) -> None:
    calls = {"other": ("start os", "os -> oe", "end oe error E")}
    player = play("start s", "s -> c", "call c other", "on b c error E", "b -> u", "user u", calls=calls)
    assert player.at == ["u"]
    assert player.run.tables == {}
    assert player.submit("u").ended
