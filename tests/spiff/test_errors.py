"""Errors."""

from collections.abc import Callable

import pytest

from engine.errors import BpmnError
from engine.spiff import StepFailed
from tests.spiff.notation import each, on_event, outputs
from tests.spiff.notation import inside as sub_process
from tests.spiff.player import Play, fails

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


def raises(code: str) -> str:
    """Return a sub-process that ends with an error."""
    return sub_process("sub", "start is", "is -> ie", f"end ie error {code}")


CAUGHT = ("start s", "s -> sub", "sub -> e", "end e", "c -> u", "user u")


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
