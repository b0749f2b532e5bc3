"""Call activities."""

import pytest

from engine.spiff.catching import NameInvalid
from engine.spiff.loop import TooManySteps
from engine.spiff.scope import TooDeep
from engine.spiff.subprocesses import NotCallable
from engine.variables import SecretReference
from tests.spiff.notation import call, each, inputs, inside, outputs
from tests.spiff.player import Play, fails

AROUND = ("start s", "s -> c", "c -> last", "user last")
FORM = ("start os", "os -> t", "script t n = n + 1", "t -> ou", "user ou", "ou -> oe", "end oe")


@pytest.mark.bpmn(
    "Call activity", "Runs another process with a copy of all variables, and takes over those that it has changed."
)
def test_a_called_process_has_a_copy_of_the_variables(play: Play) -> None:
    process = ("start os", "os -> t", "script t n = n + 1", "t -> t2", "script t2 x.y = 2", "t2 -> ou", "user ou")
    player = play(*AROUND, "call c other", calls={"other": process}, n=1, x={"y": 1})
    assert player.at == ["ou"]
    assert player.variables == {"n": 1, "x": {"y": 1}}
    assert dict(player.task("ou").variables) == {"n": 2, "x": {"y": 2}}
    assert player.run.positions[-1].called == "other"
    assert player.submit("ou", new=1).at == ["last"]
    assert player.variables == {"n": 2, "x": {"y": 2}, "new": 1}
    assert player.run.tables == {}


@pytest.mark.bpmn("Call activity", 'With propagateAllParentVariables="false" it gets its input parameters alone.')
def test_a_called_process_may_get_its_input_parameters_alone(play: Play) -> None:
    player = play(*AROUND, inputs(call("c", "other", all_in=False), n="n * 10"), calls={"other": FORM}, n=1, secret=2)
    assert dict(player.task("ou").variables) == {"n": 11}
    assert player.submit("ou", new=3).variables == {"n": 1, "secret": 2, "new": 3}


@pytest.mark.bpmn("Call activity", "Input parameters are local: a value under the same name outside stays as it is.")
def test_input_parameters_do_not_come_back(play: Play) -> None:
    player = play(*AROUND, inputs(call("c", "other"), n="n * 10", m="1"), calls={"other": FORM}, n=1)
    assert player.submit("ou").variables == {"n": 1}


@pytest.mark.bpmn(
    "Call activity", 'With an output mapping, or propagateAllChildVariables="false", only what is mapped comes back.'
)
@pytest.mark.parametrize(("all_out", "mapped"), [(True, True), (False, True), (False, False)])
def test_only_what_is_mapped_comes_back(play: Play, *, all_out: bool, mapped: bool) -> None:
    body = call("c", "other", all_out=all_out)
    player = play(*AROUND, outputs(body, **{"got.n": "n"}) if mapped else body, calls={"other": FORM}, n=1)
    assert player.submit("ou", new=3).variables == ({"n": 1, "got": {"n": 2}} if mapped else {"n": 1})


@pytest.mark.bpmn("Call activity", "Two that run at the same time lose no update of each other, or of the caller.")
def test_two_calls_at_once_lose_no_update(play: Play) -> None:
    calls = {
        name: (
            f"start s{name}",
            f"s{name} -> u{name}",
            f"user u{name}",
            f"u{name} -> t{name}",
            f"script t{name} d.{name} = 1",
        )
        for name in ("one", "two")
    }
    player = play(
        *(
            "start s",
            "s -> a",
            "s -> b",
            "s -> x",
            "call a one",
            "call b two",
            "user x",
            "x -> tx",
            "script tx d.x = 1",
        ),
        calls=calls,
        d={"kept": 0},
        n=0,
    )
    player.submit("x", n=5).submit("utwo", b=1)
    assert player.variables == {"d": {"kept": 0, "x": 1, "two": 1}, "n": 5, "b": 1}
    assert player.submit("uone", a=1).ended
    assert player.variables == {"d": {"kept": 0, "x": 1, "two": 1, "one": 1}, "n": 5, "a": 1, "b": 1}


def test_calls_can_be_nested(play: Play) -> None:
    calls = {
        "one": ("start s1", "s1 -> c1", "call c1 two", "c1 -> t1", "script t1 a = b + 1"),
        "two": ("start s2", "s2 -> u2", "user u2", "u2 -> t2", "script t2 b = n + 1"),
    }
    player = play(*AROUND, "call c one", calls=calls, n=1)
    assert [each.called for each in player.run.positions] == [None, "one", "two"]
    assert player.world.callers == [None, "one"]
    assert player.submit("u2").variables == {"n": 1, "b": 2, "a": 3}


def test_the_called_process_can_be_an_expression(play: Play) -> None:
    player = play(*AROUND, call("c", '="oth" + rest'), calls={"other": FORM}, n=1, rest="er")
    assert player.at == ["ou"]


def test_a_process_that_is_not_named_is_an_incident(stop: Play) -> None:
    player = stop(*AROUND, call("c", "=which"), calls={"other": FORM}, n=1, which=None)
    assert isinstance(fails(player.again).cause, NameInvalid)
    assert player.change(which="other").at == ["ou"]


@pytest.mark.bpmn("Call activity", "A process without a none start event cannot be called: an incident.")
def test_a_process_that_only_an_event_starts_cannot_be_called(play: Play) -> None:
    failure = fails(
        lambda: play(*AROUND, "call c other", calls={"other": ("start os message M", "os -> ou", "user ou")})
    )
    assert isinstance(failure.cause, NotCallable)
    assert failure.element_id == "c"


@pytest.mark.parametrize("every", [False])
@pytest.mark.bpmn("Call activity", "A process may call itself; 32 deep it is an incident.")
def test_a_process_that_calls_itself_without_end_is_an_incident(play: Play) -> None:
    failure = fails(
        lambda: play(
            "start s",
            "s -> t",
            "script t n = n + 1",
            "t -> g",
            "xor g g_c",
            "g -> e if false",
            "g -> c",
            "end e",
            "call c test",
            n=0,
        )
    )
    assert isinstance(failure.cause, TooDeep)
    assert failure.element_id == "c"


@pytest.mark.parametrize("every", [False])
@pytest.mark.parametrize("sequential", [True, False])
def test_a_process_that_calls_itself_twice_each_time_is_an_incident_too(player: Play, *, sequential: bool) -> None:
    several = each("call c test", "[1, 2]", sequential=sequential)
    made = player("start s", "s -> g", "xor g g_c", "g -> e if false", "g -> c", "end e", several)
    assert isinstance(fails(made.run.advance).cause, TooDeep | TooManySteps)


def test_a_process_may_call_itself_until_it_is_done(play: Play) -> None:
    parts = (
        "start s",
        "s -> t",
        "script t n = n + 1",
        "t -> g",
        "xor g g_c",
        "g -> e if n > 9",
        "g -> c",
        "end e",
        "call c test",
    )
    assert play(*parts, n=0).variables == {"n": 10}


@pytest.mark.bpmn("Call activity", "Boundary events wait around it, and end the called process.")
def test_a_boundary_event_ends_a_called_process(play: Play) -> None:
    player = play(*AROUND, "call c other", "on t c timer PT1H", "t -> late", "user late", calls={"other": FORM}, n=1)
    assert player.sleep(hours=1).at == ["late"]
    assert player.variables == {"n": 1}
    assert player.run.tables == {}


def test_a_called_process_waits_for_events_in_its_own_variables(play: Play) -> None:
    calls = {
        "other": ("start os", "os -> w", "wait w message M", "w -> v", "wait v condition x = 2", "v -> oe", "end oe")
    }
    player = play(*AROUND, "call c other", calls=calls, key="outer", x=1)
    assert player.message("M", "outer", x=1).at == []
    assert player.change(x=2).at == []
    assert player.variables["x"] == 2


def test_the_variables_of_a_called_process_may_hold_a_secret(play: Play) -> None:
    secret = SecretReference("totp-secret", "1", "2")
    player = play(*AROUND, "call c other", calls={"other": FORM}, n=1, totp={"secret": secret})
    assert player.submit("ou").variables["totp"] == {"secret": secret}


def test_a_call_in_a_sub_process_sees_local_variables_and_gives_back_to_them(play: Play) -> None:
    sub = inputs(inside("sub", "start is", "is -> c", "call c other", "c -> t", "script t seen = n"), n="10")
    player = play("start s", "s -> sub", sub, calls={"other": FORM}, n=1).submit("ou")
    assert player.variables == {"n": 1, "seen": 11}


@pytest.mark.bpmn("Call activity", "Can run for each item of a collection.")
def test_a_call_for_each_item(play: Play) -> None:
    several = each(inputs("call c other", n="item"), "[10, 20]", out="results = r")
    several = several.replace("</zeebe:ioMapping>", '<zeebe:output source="=n" target="r"/></zeebe:ioMapping>')
    player = play(*AROUND, several, calls={"other": FORM}, n=1)
    assert player.at == ["ou", "ou"]
    assert player.submit("ou").submit("ou").at == ["last"]
    assert player.variables == {"n": 1, "results": [11, 21]}


def test_a_call_that_fails_inside_is_tried_again(play: Play) -> None:
    def work(_: str) -> object:
        if failing:
            raise ZeroDivisionError
        return None

    failing = [True]
    player = play(
        "start s",
        "s -> u",
        "user u",
        "u -> c",
        "call c other",
        "c -> v",
        "user v",
        calls={"other": ("start os", "os -> w", "work w")},
        work=work,
    )
    assert fails(lambda: player.submit("u")).element_id == "w"
    failing.clear()
    assert player.again().at == ["v"]


def test_a_condition_outside_is_looked_at_when_a_called_process_gives_back(play: Play) -> None:
    elements = ("start s", "s -> w", "wait w condition n = 2", "w -> v", "user v", "s -> c", "call c other")
    player = play(*elements, calls={"other": FORM}, n=1)
    assert player.at == ["ou"]
    assert player.submit("ou").at == ["v"]
