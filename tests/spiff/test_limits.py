"""Limits."""

import pytest

from engine.model import Flow, Process
from engine.spiff import Specification
from engine.spiff.loop import BUDGET, TooManySteps
from engine.spiff.workflow import MAXIMUM_TOKENS, TooManyTokens
from tests.spiff.notation import each, inside
from tests.spiff.player import Play, Player, fails
from tests.spiff.specifying import specify
from tests.spiff.world import World

COUNT = 1000

pytestmark = pytest.mark.parametrize("every", [False])


def test_a_thousand_elements_in_a_row(play: Play) -> None:
    row = [part for n in range(COUNT) for part in (f"script t{n} n = n + 1", f"t{n} -> t{n + 1}")]
    assert play("start s", "s -> t0", *row, f"user t{COUNT}", n=0).variables == {"n": COUNT}


def test_a_loop_of_a_thousand_rounds(play: Play) -> None:
    player = play(
        *("start s", "s -> m", "xor m", "m -> t", "script t n = n + 1", "t -> g", "xor g g_e", "g -> m if n < 1000"),
        *("g -> e", "end e"),
        n=0,
    )
    assert player.variables == {"n": COUNT}


@pytest.mark.parametrize("join", ["and", "or"])
def test_a_thousand_branches(play: Play, join: str) -> None:
    conditions = " if true" if join == "or" else ""
    branches = [
        part for n in range(COUNT) for part in (f"f -> t{n}{conditions}", f"script t{n} v{n} = 1", f"t{n} -> j")
    ]
    player = play("start s", "s -> f", f"{join} f", *branches, f"{join} j", "j -> u", "user u")
    assert player.at == ["u"]
    assert len(player.variables) == COUNT


def test_a_thousand_joins_at_once(play: Play) -> None:
    body = inside(
        "m",
        "start is",
        "is -> f",
        "or f",
        "f -> a if true",
        "f -> b if true",
        "task a",
        "task b",
        "a -> j",
        "b -> j",
        "or j",
        "j -> ie",
        "end ie",
    )
    assert play("start s", "s -> m", each(body, "for i in 1..1000 return i")).ended


def test_a_thousand_tokens_on_one_flow(play: Play) -> None:
    player = play(
        *(
            "start s",
            "s -> t",
            "task t",
            *(f"f{n}: t -> m" for n in range(COUNT)),
            "xor m",
            "m -> j",
            "s -> u",
            "user u",
        ),
        *("u -> j", "and j", "j -> v", "user v"),
    )
    assert player.standing.count("j") == COUNT
    assert player.submit("u").at == ["v"]
    assert player.standing.count("j") == COUNT - 1


@pytest.mark.bpmn("Process", "A step runs at most 20,000 elements; then it is an incident.")
def test_a_step_has_a_budget(play: Play) -> None:
    looping = (
        "start s",
        "s -> m",
        "xor m",
        "m -> t",
        "task t",
        "t -> g",
        "xor g g_m",
        "g -> e if false",
        "g -> m",
        "end e",
    )
    failure = fails(lambda: play(*looping))
    assert isinstance(failure.cause, TooManySteps)
    assert failure.element_id in {"m", "t", "g"}


def test_a_loop_of_events_has_a_budget(play: Play) -> None:
    looping = ("start s", "s -> m", "xor m", "m -> c", "wait c condition true", "c -> m")
    assert isinstance(fails(lambda: play(*looping)).cause, TooManySteps)


@pytest.mark.bpmn("Process", "An instance has at most 20,000 tokens at once; more are an incident.")
def test_an_instance_has_a_limit_of_tokens(player: Play) -> None:
    several = each(
        inside("m", "start is", "is -> n", each("user n", "for i in 1..300 return i")), "for i in 1..300 return i"
    )
    made = player("start s", "s -> m", several)
    failure = fails(made.run.advance)
    assert isinstance(failure.cause, TooManyTokens)
    assert failure.element_id == "n"
    assert made.run._workflow.size <= MAXIMUM_TOKENS
    failed = made.run.failed
    assert isinstance(fails(made.run.advance).cause, TooManyTokens)
    assert made.run.failed == failed


def test_tokens_that_multiply_are_stopped_before_they_fill_the_memory(*, every: bool) -> None:
    # Each round makes twice as many.
    process = specify("start s", "s -> t", "task t", "t -> u", "user u").process
    flows = {**process.flows, **{f"x{n}": Flow(f"x{n}", "t", "t", 1) for n in range(2)}}
    made = Specification.of(Process("test", "", 1, process.elements, flows))
    player = Player(made, {}, World(lambda _: None, {}), every=every)
    assert isinstance(fails(player.start).cause, TooManyTokens | TooManySteps)
    assert player.run._workflow.size <= MAXIMUM_TOKENS < BUDGET + 1
