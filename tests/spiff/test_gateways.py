"""Gateways and flows."""

import pytest

from engine.spiff import StepFailed
from engine.spiff.element import NoConditionHolds
from engine.spiff.loop import Stuck
from tests.spiff.player import Play, fails

CHOICE = (
    "start s",
    "s -> g",
    "xor g g_other",
    "g -> low if n < 10",
    "g -> mid if n < 100",
    "g -> other",
    "user low",
    "user mid",
    "user other",
    "low -> e",
    "mid -> e",
    "other -> e",
    "end e",
)


@pytest.mark.bpmn(
    "Exclusive gateway", "Takes the first flow, in the order of the file, whose condition is true, or the default."
)
@pytest.mark.parametrize(("n", "taken"), [(1, "low"), (50, "mid"), (500, "other"), (None, "other"), ("text", "other")])
def test_an_exclusive_gateway_takes_the_first_true_flow_in_the_order_of_the_file(
    play: Play, n: object, taken: str
) -> None:
    assert play(*CHOICE, n=n).at == [taken]


@pytest.mark.bpmn("Exclusive gateway", "When none is, it is an incident that shows the values.")
def test_a_gateway_without_a_way_out_stops_with_the_values(play: Play) -> None:
    elements = (
        "start s",
        "s -> g",
        "xor g",
        "g -> a if user.age > 18",
        'g -> b if user.age = null and name = "x"',
        "user a",
        "user b",
        "a -> e",
        "b -> e",
        "end e",
    )
    variables = {"user": {"age": 3}, "name": "Ada"}
    with pytest.raises(StepFailed) as failure:
        play(*elements, **variables)
    assert isinstance(failure.value.cause, NoConditionHolds)
    assert failure.value.element_id == "g"
    assert "user.age is 3" in str(failure.value)
    assert "name is 'Ada'" in str(failure.value)


FORK = (
    "start s",
    "s -> f",
    "and f",
    "f -> a",
    "f -> b",
    "user a",
    "user b",
    "a -> sa",
    "b -> sb",
    "script sa x = 1",
    "script sb y = 2",
    "sa -> j",
    "sb -> j",
    "and j",
    "j -> last",
    "user last",
    "last -> e",
    "end e",
)


@pytest.mark.bpmn(
    "Parallel gateway",
    "Takes every flow, and waits for a token on each one that leads to it; no branch loses a variable.",
)
@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_a_parallel_join_waits_for_both_and_loses_no_update(play: Play, order: tuple[str, str]) -> None:
    player = play(*FORK, x=0)
    assert sorted(player.at) == ["a", "b"]
    assert player.submit(order[0]).at == [order[1]]
    assert player.submit(order[1]).at == ["last"]
    assert player.variables == {"x": 1, "y": 2}
    assert player.submit("last").run.completed


def test_sixty_forks_in_a_row_do_not_explode(play: Play) -> None:
    stages = [
        element
        for n in range(60)
        for element in (
            f"and f{n}",
            f"and j{n}",
            f"f{n} -> a{n}",
            f"f{n} -> b{n}",
            f"work a{n}",
            f"work b{n}",
            f"a{n} -> j{n}",
            f"b{n} -> j{n}",
            f"j{n} -> f{n + 1}" if n < 59 else f"j{n} -> e",
        )
    ]
    player = play("start s", "s -> u", "user u", "u -> f0", *stages, "end e")
    assert player.largest < 2000
    assert player.submit("u").run.completed
    assert len(player.path) == len(set(player.path)) == 243


@pytest.mark.bpmn("Exclusive gateway", "Joins nothing: each token that comes goes on by itself.")
def test_an_exclusive_gateway_lets_every_token_through(play: Play) -> None:
    player = play(
        *("start s", "s -> f", "and f", "f -> a", "f -> b", "task a", "task b", "a -> g", "b -> g"),
        *("xor g", "g -> u", "user u", "u -> e", "end e"),
    )
    assert player.at == ["u", "u"]
    assert player.submit("u").submit("u").ended


TWICE = (*("start s", "s -> f", "and f", "one: f -> j", "two: f -> j", "and j", "j -> u", "user u", "u -> e", "end e"),)


@pytest.mark.bpmn("Parallel gateway", "Joins by flow: two flows from the same element count as two.")
def test_two_flows_between_the_same_gateways_are_two(play: Play) -> None:
    player = play(*TWICE)
    assert player.at == ["u"]
    assert sorted(player.flows) == ["j_u", "one", "s_f", "two"]
    assert player.submit("u").ended


@pytest.mark.bpmn("Parallel gateway", "A second token on one flow waits for the next round.")
def test_a_parallel_join_waits_for_each_flow_and_not_for_two_tokens(play: Play) -> None:
    # Two tokens on the flow from a, one on that from b: one round, and one token left over that can never go on.
    player = play(
        *("start s", "s -> f", "and f", "f -> x", "f -> a", "f -> b", "user x", "user a", "user b"),
        *("x -> m", "a -> m", "xor m", "m -> j", "b -> j", "and j", "j -> last", "user last", "last -> e", "end e"),
        *("b2: b -> o", "xor o", "o -> e2", "end e2"),
    )
    player.submit("x").submit("a")
    assert player.at == ["b"]
    player.submit("b")
    assert player.at == ["last"]
    failure = fails(lambda: player.submit("last"))
    assert isinstance(failure.cause, Stuck)
    assert player.standing == ["j"]


def test_a_parallel_join_in_a_loop_joins_every_round(play: Play) -> None:
    player = play(
        *("start s", "s -> m", "xor m", "m -> f", "and f", "f -> a", "f -> b", "user a", "user b", "a -> j", "b -> j"),
        *("and j", "j -> t", "script t n = n + 1", "t -> g", "xor g g_e", "g -> m if n < 3", "g -> e", "end e"),
        n=0,
    )
    for _ in range(3):
        assert player.at == ["a", "b"]
        player.submit("b")
        assert player.at == ["a"]
        player.submit("a")
    assert player.ended
    assert player.variables["n"] == 3


@pytest.mark.bpmn("Parallel gateway", "What can never be joined stops the instance with an incident; it does not hang.")
def test_a_join_that_can_never_complete_is_an_incident(play: Play) -> None:
    failure = fails(
        lambda: play(
            *("start s", "s -> g", "xor g g_b", "g -> x if true", "g -> b", "task x", "task b"),
            *("x -> m", "xor m", "m -> j", "b -> p", "and p", "p -> j", "p -> m", "and j", "j -> e", "end e"),
        )
    )
    assert isinstance(failure.cause, Stuck)


@pytest.mark.bpmn("Sequence flow", "Several flows that leave an activity or event are all taken at once.")
def test_several_flows_off_an_activity_are_all_taken(play: Play) -> None:
    player = play(
        *("start s", "s -> x", "s -> y", "user x", "task y", "y -> a", "y -> b", "user a", "user b"),
    )
    assert player.at == ["a", "b", "x"]
    assert player.submit("a").submit("x").submit("b").ended


@pytest.mark.bpmn(
    "Sequence flow",
    "One with a condition, off an activity, is taken when it is true, beside those without one; the default flow when "
    "no condition is; without that, none of them is an incident.",
)
@pytest.mark.parametrize(
    ("n", "at"),
    [(0, ["always", "else"]), (1, ["always", "one"]), (2, ["always", "one", "two"]), (None, ["always", "else"])],
)
def test_conditional_flows_off_an_activity(play: Play, n: int | None, at: list[str]) -> None:
    player = play(
        *("start s", "s -> t", "task t t_else", "t -> one if n >= 1", "t -> two if n >= 2", "t -> always", "t -> else"),
        *("user one", "user two", "user always", "user else"),
        n=n,
    )
    assert player.at == sorted(at)


def test_an_activity_that_only_conditions_leave_stops_when_none_holds_and_does_not_work_twice(stop: Play) -> None:
    done: list[str] = []
    player = stop("start s", "s -> w", "work w", "w -> u if n = 1", "user u", work=done.append, n=0)
    assert player.standing == ["w"]
    assert player.change(n=1).at == ["u"]
    assert done == ["w"]


@pytest.mark.bpmn("Sequence flow", "An element that nothing follows ends its token; one that nothing leads to starts.")
def test_start_and_end_events_may_be_left_out(play: Play) -> None:
    player = play("user a", "user b", "b -> c", "user c")
    assert player.at == ["a", "b"]
    assert player.submit("a").submit("b").at == ["c"]
    assert player.submit("c").ended


def test_a_process_of_events_and_gateways_alone_ends(play: Play) -> None:
    assert play("start s").ended
    assert play("start s", "s -> g", "and g", "g -> e", "end e").ended
