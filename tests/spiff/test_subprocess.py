"""Sub-processes and event sub-processes."""

import pytest

from engine.dialect.rules.structure import MAXIMUM_NESTING
from engine.spiff.scope import MAXIMUM_DEPTH
from tests.spiff.notation import each, inputs, inside, on_event, outputs
from tests.spiff.player import Play, fails


def nested(depth: int, *body: str) -> tuple[str, ...]:
    for level in range(depth):
        body = (
            f"start s{level}",
            f"s{level} -> sub{level}",
            inside(f"sub{level}", *body),
            f"sub{level} -> e{level}",
            f"end e{level}",
        )
    return body


@pytest.mark.bpmn(
    "Sub-process", "Runs what is drawn in it, with the variables of its process; ends with its last token."
)
def test_a_sub_process_shares_the_variables_of_its_process(play: Play) -> None:
    sub = inside(
        "sub", "start is", "is -> t", "script t n = n + 1", "t -> iu", "user iu", "iu -> t2", "script t2 x.y = n"
    )
    player = play("start s", "s -> sub", sub, "sub -> u", "user u", n=1)
    assert player.variables == {"n": 2}
    assert player.submit("iu").at == ["u"]
    assert player.variables == {"n": 2, "x": {"y": 2}}


@pytest.mark.bpmn("Sub-process", "Can be nested.")
def test_sub_processes_can_be_nested(play: Play) -> None:
    player = play(*nested(MAXIMUM_NESTING, "start s", "s -> u", "user u", "u -> t", "script t x = 1"))
    assert player.at == ["u"]
    assert player.submit("u").ended
    assert player.variables == {"x": 1}
    assert MAXIMUM_NESTING < MAXIMUM_DEPTH


@pytest.mark.bpmn("Sub-process", "Input parameters are its local variables; its output mapping takes values out of it.")
def test_input_parameters_are_local_variables(play: Play) -> None:
    body = inside(
        "sub", "start is", "is -> t", "script t n = n + m", "t -> iu", "user iu", "iu -> t2", "script t2 other = n"
    )
    sub = outputs(inputs(body, n="n * 10", m="1"), n="n", **{"kept.m": "m"})
    player = play("start s", "s -> sub", sub, "sub -> u", "user u", n=1)
    assert player.variables == {"n": 1}
    assert dict(player.task("iu").variables) == {"n": 11, "m": 1}
    assert player.submit("iu").variables == {"n": 11, "other": 11, "kept": {"m": 1}}


def test_what_a_form_in_a_sub_process_gives_goes_to_its_local_variables(play: Play) -> None:
    sub = inputs(inside("sub", "start is", "is -> iu", "user iu", "iu -> t", "script t seen = n"), n="0")
    player = play("start s", "s -> sub", sub, n=5).submit("iu", n=7, m=8)
    assert player.ended
    assert player.variables == {"n": 5, "m": 8, "seen": 7}


def test_local_variables_are_seen_at_every_depth_and_the_innermost_first(play: Play) -> None:
    inner = inputs(inside("inner", "start b", "b -> t", "script t got = [x, y, z]"), x='"inner"')
    outer = inputs(inside("outer", "start a", "a -> inner", inner), x='"outer"', y='"outer"')
    player = play("start s", "s -> outer", outer, x="process", y="process", z="process")
    assert player.variables["got"] == ["inner", "outer", "process"]
    assert player.variables["x"] == "process"


def test_input_parameters_are_evaluated_once_when_the_start_is_tried_again(stop: Play) -> None:
    handler = on_event("h", "start hs timer =delay", "hs -> he", "end he")
    sub = inputs(inside("sub", "start is", "is -> t", "script t got = n", handler), n="n + 1")
    player = stop("start s", "s -> sub", sub, n=1, delay=None)
    assert player.change(delay="PT1H").variables["got"] == 2


def test_the_outputs_of_a_sub_process_are_tried_again_without_running_it_again(play: Play) -> None:
    done: list[str] = []
    sub = outputs(inside("sub", "start is", "is -> iu", "user iu", "iu -> w", "work w"), **{"x.y": "1"})
    player = play("start s", "s -> sub", sub, "sub -> u", "user u", x=0, work=done.append)
    assert fails(lambda: player.submit("iu")).element_id == "sub"
    assert player.change(x={}).at == ["u"]
    assert done == ["w"]


@pytest.mark.bpmn("Sub-process", "Boundary events wait while anything in it runs, and end all of it.")
def test_a_boundary_event_ends_everything_inside(play: Play) -> None:
    deep = inside("deep", "start ds", "ds -> du", "user du", "on dm du message D", "dm -> de", "end de")
    sub = inside("sub", "start is", "is -> f", "and f", "f -> deep", deep, "f -> iw", "wait iw timer PT1H")
    player = play("start s", "s -> sub", sub, "sub -> u", "user u", "on m sub message M", "m -> v", "user v")
    assert player.standing == ["deep", "dm", "du", "iw", "m", "sub"]
    assert player.message("M").at == ["v"]
    assert player.standing == ["v"]


def test_an_event_beside_a_sub_process_leaves_it_running(play: Play) -> None:
    sub = inside("sub", "start is", "is -> iu", "user iu")
    player = play("start s", "s -> sub", sub, "beside m sub message M", "m -> v", "user v").message("M")
    assert player.at == ["iu", "v"]
    assert player.submit("iu").submit("v").ended


INTERRUPTING = on_event("h", "start hs message M", "hs -> hu", "user hu", "hu -> he", "end he")
BESIDE = on_event("h", "beside hs message M", "hs -> hu", "user hu", "hu -> he", "end he")


@pytest.mark.bpmn(
    "Event sub-process", "Begins when its start event happens, in its process, sub-process or called process."
)
@pytest.mark.parametrize("where", ["process", "sub-process", "called process"])
@pytest.mark.parametrize("interrupts", [True, False])
def test_an_event_sub_process_begins(play: Play, where: str, *, interrupts: bool) -> None:
    parts = (
        "start a",
        "a -> f",
        "and f",
        "f -> x",
        "f -> y",
        "user x",
        "user y",
        INTERRUPTING if interrupts else BESIDE,
    )
    around = ("start s", "s -> sub", "sub -> last", "user last")
    if where == "process":
        player = play(*parts)
    elif where == "sub-process":
        player = play(*around, inside("sub", *parts))
    else:
        player = play(*around, "call sub other", calls={"other": parts})
    player.message("M")
    assert player.at == (["hu"] if interrupts else ["hu", "x", "y"])
    for name in player.at:
        player.submit(name)
    assert player.at == ([] if where == "process" else ["last"])
    assert player.for_events == []


@pytest.mark.bpmn(
    "Event sub-process",
    "Keeps its scope open while it runs, not while it merely waits; none begins any more when all else has ended.",
)
def test_an_event_sub_process_keeps_its_scope_open_while_it_runs(play: Play) -> None:
    sub = inside("sub", "start is", "is -> iu", "user iu", BESIDE)
    elements = ("start s", "s -> sub", sub, "sub -> u", "user u")
    assert play(*elements).submit("iu").at == ["u"]
    player = play(*elements).message("M").submit("iu")
    assert player.at == ["hu"]
    # Nothing new begins any more (BPMN 2.0.2, 13.5.4).
    assert player.for_events == []
    assert player.submit("hu").at == ["u"]


@pytest.mark.bpmn("Event sub-process", "Shares the variables of its scope, local ones too.")
def test_an_event_sub_process_sees_the_variables_of_its_scope(play: Play) -> None:
    handler = on_event("h", "beside hs message M", "hs -> ht", "script ht n = n + x")
    sub = outputs(inputs(inside("sub", "start is", "is -> iu", "user iu", handler), n="10"), got="n")
    player = play("start s", "s -> sub", sub, n=1).message("M", x=5).message("M", x=6).submit("iu")
    assert player.variables == {"n": 1, "got": 21, "x": 6}


def test_an_interrupting_event_sub_process_shuts_out_the_others(play: Play) -> None:
    other = on_event("o", "beside os signal S", "os -> ou", "user ou")
    player = play("start s", "s -> u", "user u", INTERRUPTING, other)
    assert player.signal("S").at == ["ou", "u"]
    assert player.message("M").at == ["hu"]
    assert player.for_events == []
    assert player.submit("hu").ended


def test_an_event_sub_process_has_boundary_events_and_scopes_of_its_own(play: Play) -> None:
    again = on_event("h2", "start hs2 message N", "hs2 -> hu2", "user hu2")
    handler = on_event(
        "h", "beside hs message M", "hs -> hu", "user hu", "on t hu timer PT1H", "t -> hv", "user hv", again
    )
    player = play("start s", "s -> u", "user u", handler).message("M").message("M")
    assert player.at == ["hu", "hu", "u"]
    assert player.message("N").at == ["hu", "hu2", "u"]
    assert player.sleep(hours=1).at == ["hu2", "hv", "u"]
    assert player.submit("hu2").submit("hv").submit("u").ended


@pytest.mark.bpmn("Event sub-process", "Of several instances, each has its own.")
def test_each_instance_has_its_own_event_sub_process(play: Play) -> None:
    handler = on_event("h", "start hs message M", "hs -> hu", "user hu")
    sub = each(inside("sub", "start is", "is -> iu", "user iu", handler), "[1, 2]")
    player = play("start s", "s -> sub", sub, "sub -> u", "user u")
    assert len(player.for_events) == 2
    assert player.message("M").at == ["hu", "iu"]
    assert player.submit("hu").submit("iu").at == ["u"]


def test_the_outputs_of_an_event_sub_process_are_kept(play: Play) -> None:
    handler = on_event("h", "beside hs message M", "hs -> he", "end he")
    player = play("start s", "s -> u", "user u", outputs(handler, seen="x")).message("M", x=3)
    assert player.variables == {"x": 3, "seen": 3}


def test_a_sub_process_ends_when_all_its_tokens_have(play: Play) -> None:
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
