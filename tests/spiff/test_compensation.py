"""Compensation."""

import pytest

from engine.errors import BpmnError
from tests.spiff.notation import each, inside, marked, on_event, repeat
from tests.spiff.player import Play, fails
from tests.spiff.undoing import handlers, step


@pytest.mark.bpmn("Compensation boundary event", "Names what undoes its activity, once that has been completed.")
@pytest.mark.bpmn(
    "Compensation intermediate throw event",
    "Undoes what was completed in its scope, in reverse order, one after the other, and then goes on.",
)
@pytest.mark.bpmn("Compensation end event", "Undoes what was completed in its scope and ends its token.")
@pytest.mark.parametrize("kind", ["throw", "end"])
def test_everything_is_undone_in_reverse_order(play: Play, kind: str) -> None:
    player = play("start s", "s -> a", *step("a", "b"), *step("b", "c"), *step("c", "x"), f"{kind} x compensation")
    assert player.path == ["s", "a", "b", "c", "uc", "ub", "ua", "x"]
    assert player.ended


@pytest.mark.bpmn("Compensation intermediate throw event", "Can name one activity.")
def test_one_activity_is_undone(play: Play) -> None:
    player = play(
        "start s",
        "s -> a",
        *step("a", "b"),
        *step("b", "x"),
        "throw x compensation a",
        "x -> y",
        "throw y compensation",
    )
    assert handlers(player) == ["ua", "ub"]
    assert player.ended


def test_nothing_is_undone_twice(play: Play) -> None:
    player = play(
        "start s",
        "s -> a",
        *step("a", "x"),
        "throw x compensation a",
        "x -> y",
        "throw y compensation",
        "y -> z",
        "end z compensation a",
    )
    assert handlers(player) == ["ua"]
    assert player.ended


def test_what_was_not_completed_is_not_undone(play: Play) -> None:
    player = play(
        *("start s", "s -> a", *step("a", "f"), "and f", "f -> b", "f -> x", "user b", "on b_c b compensation ub"),
        *("undo ub", "throw x compensation", "x -> y", "user y"),
    )
    assert handlers(player) == ["ua"]
    assert player.at == ["b", "y"]


@pytest.mark.bpmn("Compensation boundary event", "What was completed several times is undone as often.")
def test_what_a_loop_did_is_undone_as_often(play: Play) -> None:
    player = play(
        *("start s", "s -> m", "xor m", "m -> a", *step("a", "t"), "script t n = n + 1", "t -> g", "xor g g_x"),
        *("g -> m if n < 3", "g -> x", "throw x compensation"),
        n=0,
    )
    assert handlers(player) == ["ua", "ua", "ua"]


@pytest.mark.bpmn(
    "Compensation boundary event", "The handler can be any task, a sub-process, or a multi-instance activity."
)
@pytest.mark.parametrize(
    ("handler", "at"),
    [
        ("user ua", ["ua"]),
        (inside("ua", "start is", "is -> iu", "user iu"), ["iu"]),
        (each("user ua", "[1, 2]"), ["ua", "ua"]),
        ("receive ua M", []),
        (each(inside("ua", "start is", "is -> iu", "user iu"), "[1]"), ["iu"]),
    ],
)
def test_a_handler_may_wait(play: Play, handler: str, at: list[str]) -> None:
    player = play(
        *("start s", "s -> a", "task a", "on a_c a compensation ua", marked(handler, isForCompensation="true")),
        *("a -> b", *step("b", "x"), "throw x compensation", "x -> last", "user last"),
    )
    assert player.at == at
    assert "ub" in player.path
    for name in at:
        player.submit(name)
    if not at:
        player.message("M")
    assert player.at == ["last"]
    assert player.submit("last").ended


@pytest.mark.bpmn(
    "Compensation intermediate throw event", "Reaches into sub-processes that have ended; not into called processes."
)
def test_what_was_done_in_sub_processes_is_undone(play: Play) -> None:
    innermost = inside("deep", "start ds", "ds -> a", *step("a", "b"), *step("b"))
    sub = inside("sub", "start is", "is -> deep", innermost, "deep -> c", *step("c"))
    player = play("start s", "s -> sub", sub, "sub -> d", *step("d", "x"), "throw x compensation")
    assert handlers(player) == ["ud", "uc", "ub", "ua"]


def test_a_sub_process_is_undone_by_name(play: Play) -> None:
    sub = inside("sub", "start is", "is -> a", *step("a"))
    player = play("start s", "s -> sub", sub, "sub -> b", *step("b", "x"), "throw x compensation sub")
    assert handlers(player) == ["ua"]


@pytest.mark.bpmn("Compensation boundary event", "On a sub-process, its handler replaces those of what is inside.")
def test_the_handler_of_a_sub_process_replaces_those_inside(play: Play) -> None:
    sub = inside("sub", "start is", "is -> a", *step("a"))
    player = play(
        "start s", "s -> sub", sub, "on c sub compensation usub", "undo usub", "sub -> x", "throw x compensation"
    )
    assert handlers(player) == ["usub"]


def test_what_was_done_in_a_called_process_is_not_undone(play: Play) -> None:
    calls = {"other": ("start os", "os -> a", *step("a"))}
    player = play(
        *("start s", "s -> c", "call c other", "on b c compensation uc", "undo uc", "c -> x", "throw x compensation"),
        calls=calls,
    )
    assert handlers(player) == ["uc"]


def test_a_called_process_compensates_by_itself(play: Play) -> None:
    calls = {"other": ("start os", "os -> a", *step("a", "x"), "throw x compensation")}
    player = play("start s", "s -> b", *step("b", "c"), "call c other", "c -> u0", "user u0", calls=calls)
    assert handlers(player) == ["ua"]
    assert player.at == ["u0"]


@pytest.mark.bpmn(
    "Compensation boundary event",
    "Instances of a multi-instance activity or loop are undone one by one, with their local variables.",
)
@pytest.mark.parametrize("sequential", [True, False])
def test_each_instance_is_undone_with_its_item(play: Play, *, sequential: bool) -> None:
    undo = marked("script ua seen = append(seen, item)", isForCompensation="true")
    player = play(
        *("start s", "s -> a", each("task a", "[1, 2, 3]", sequential=sequential), "on c a compensation ua", undo),
        *("a -> x", "throw x compensation a"),
        seen=[],
    )
    assert player.variables == {"seen": [3, 2, 1]}


def test_what_is_inside_each_instance_is_undone(play: Play) -> None:
    sub = each(inside("sub", "start is", "is -> a", *step("a", "b"), *step("b")), "[1, 2]", sequential=True)
    player = play("start s", "s -> sub", sub, "sub -> x", "throw x compensation")
    assert handlers(player) == ["ub", "ua", "ub", "ua"]


def test_each_run_of_a_standard_loop_is_undone(play: Play) -> None:
    player = play(
        "start s",
        "s -> a",
        repeat("task a", maximum=3),
        "on c a compensation ua",
        "undo ua",
        "a -> x",
        "throw x compensation",
    )
    assert handlers(player) == ["ua"] * 3


def test_an_event_sub_process_undoes_what_was_done_around_it(play: Play) -> None:
    handler = on_event(
        "h", "start hs message M", "hs -> b", *step("b", "x"), "throw x compensation", "x -> hu", "user hu"
    )
    player = play("start s", "s -> a", *step("a", "w"), "user w", handler).message("M")
    assert handlers(player) == ["ub", "ua"]
    assert player.at == ["hu"]


@pytest.mark.bpmn(
    "Compensation start event of an event sub-process",
    "Undoes its sub-process as a whole, once that has ended; it may compensate what was done inside.",
)
@pytest.mark.parametrize("inner", [True, False])
def test_a_compensation_event_sub_process_undoes_its_sub_process(play: Play, *, inner: bool) -> None:
    then = ("throw hx compensation", "hx -> hu") if inner else ("task hx", "hx -> hu")
    handler = on_event("h", "start hs compensation", "hs -> hx", *then, "user hu")
    sub = inside("sub", "start is", "is -> a", *step("a", "b"), *step("b"), handler)
    player = play(
        "start s", "s -> c", *step("c", "sub"), sub, "sub -> x", "throw x compensation", "x -> last", "user last"
    )
    assert player.at == ["hu"]
    assert handlers(player) == (["ub", "ua"] if inner else [])
    assert player.submit("hu").at == ["last"]
    assert [name for name in player.path if name.startswith("u")][-1] == "uc"


def test_a_compensation_event_sub_process_is_not_run_otherwise(play: Play) -> None:
    handler = on_event("h", "start hs compensation", "hs -> hu", "user hu")
    player = play(
        "start s", "s -> sub", inside("sub", "start is", "is -> iu", "user iu", handler), "sub -> u", "user u"
    )
    assert player.standing == ["iu", "sub"]
    assert player.submit("iu").submit("u").ended


def test_an_error_in_a_handler_goes_to_the_scope_of_the_event_that_compensates(play: Play) -> None:
    def work(_: str) -> object:
        raise BpmnError("no", error_code="E")

    handler = on_event("h", "start hs error E", "hs -> hu", "user hu")
    player = play("start s", "s -> a", *step("a", "x"), "throw x compensation", "x -> y", "user y", handler, work=work)
    assert player.at == ["hu"]
    assert player.standing == ["h", "hu"]


def test_a_handler_that_fails_is_tried_again(play: Play) -> None:
    def work(name: str) -> object:
        if failing:
            raise ZeroDivisionError
        done.append(name)
        return None

    failing, done = [True], list[str]()
    player = play(
        *("start s", "s -> w", "user w", "w -> a", *step("a", "b"), *step("b", "x"), "throw x compensation", "x -> y"),
        "user y",
        work=work,
    )
    assert fails(lambda: player.submit("w")).element_id == "ub"
    failing.clear()
    assert player.again().at == ["y"]
    assert done == ["ub", "ua"]
