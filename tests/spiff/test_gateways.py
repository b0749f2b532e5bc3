"""Gateways and flows."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.spiff import StepFailed
from engine.spiff.element import NoConditionHolds
from engine.spiff.loop import Stuck
from tests.spiff.conftest import Play, fails
from tests.spiff.notation import inside

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


def test_an_inclusive_gateway_takes_every_true_flow_and_joins_only_those(play: Play) -> None:
    elements = (
        "start s",
        "s -> f",
        "or f f_c",
        "f -> a if wantsA",
        "f -> b if wantsB",
        "f -> c",
        "user a",
        "user b",
        "user c",
        "a -> j",
        "b -> j",
        "c -> j",
        "or j",
        "j -> last",
        "user last",
        "last -> e",
        "end e",
    )
    both = play(*elements, wantsA=True, wantsB=True)
    assert sorted(both.at) == ["a", "b"]
    assert both.submit("b").at == ["a"]
    assert both.submit("a").at == ["last"]
    assert play(*elements, wantsA=True).submit("a").at == ["last"]
    assert play(*elements).at == ["c"]


def test_an_inclusive_join_waits_for_a_token_that_is_still_far_away(play: Play) -> None:
    elements = (
        "start s",
        "s -> f",
        "or f",
        "f -> a if true",
        "f -> b if true",
        "user a",
        "user b",
        "a -> j",
        "b -> g",
        "xor g g_c",
        "g -> d if again",
        "g -> c",
        "user d",
        "d -> b2",
        "work b2",
        "b2 -> j",
        "user c",
        "c -> j",
        "or j",
        "j -> last",
        "user last",
        "last -> e",
        "end e",
    )
    player = play(*elements, again=True)
    assert player.submit("a").at == ["b"]
    assert player.submit("b").at == ["d"]
    assert player.submit("d").at == ["last"]


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


ROUTES = (
    *("start s", "s -> f", "or f", "f -> a if a", "f -> b if b", "f -> c if c", "user a", "user b", "user c"),
    *("a -> j", "b -> j", "c -> j", "or j", "j -> last", "user last", "last -> e", "end e"),
)


@pytest.mark.bpmn(
    "Inclusive gateway", "Takes every flow whose condition is true, or the default; an incident when none is."
)
@pytest.mark.parametrize("chosen", [["a"], ["b", "c"], ["a", "b", "c"]])
def test_an_inclusive_gateway_takes_what_is_true(play: Play, chosen: list[str]) -> None:
    player = play(*ROUTES, **{name: name in chosen for name in "abc"})
    assert player.at == chosen
    for count, name in enumerate(chosen, start=1):
        player.submit(name)
        assert player.at == (chosen[count:] or ["last"])
    assert player.submit("last").ended


def test_an_inclusive_gateway_on_which_nothing_holds_is_an_incident(play: Play) -> None:
    failure = fails(lambda: play(*ROUTES, a=False, b=None, c="yes"))
    assert isinstance(failure.cause, NoConditionHolds)
    assert failure.element_id == "f"


@pytest.mark.bpmn(
    "Inclusive gateway",
    "Joins when no token elsewhere in its scope can still reach a flow that has none (BPMN 2.0.2, 13.4.3).",
)
def test_an_inclusive_join_is_not_held_up_by_a_token_that_goes_elsewhere(play: Play) -> None:
    player = play(
        *("start s", "s -> f", "and f", "f -> g", "f -> other", "user other", "other -> e2", "end e2"),
        *("or g", "g -> a if true", "g -> b if true", "task a", "user b", "a -> j", "b -> j", "or j", "j -> last"),
        *("user last", "last -> e", "end e"),
    )
    assert player.at == ["b", "other"]
    assert player.submit("b").at == ["last", "other"]


def test_an_inclusive_join_waits_for_a_boundary_event_that_may_still_lead_to_it(play: Play) -> None:
    elements = (
        *("start s", "s -> f", "or f", "f -> a if true", "f -> b if true", "task a", "user b", "a -> j"),
        *("b -> away", "user away", "away -> e2", "end e2", "on t b timer PT1H", "t -> j", "or j", "j -> last"),
        *("user last", "last -> e", "end e"),
    )
    player = play(*elements)
    assert player.at == ["b"]
    assert player.sleep(hours=1).at == ["last"]
    # Once the activity has ended, the event can happen no more.
    assert play(*elements).submit("b").at == ["away", "last"]


def test_an_inclusive_join_waits_for_a_non_interrupting_event_only_while_it_can_happen(play: Play) -> None:
    player = play(
        *("start s", "s -> f", "or f", "f -> a if true", "f -> b if true", "task a", "user b", "a -> j"),
        *("b -> e2", "end e2", "beside t b timer PT1H", "t -> c", "user c", "c -> j", "or j", "j -> last"),
        *("user last", "last -> e", "end e"),
    )
    assert player.sleep(hours=1).at == ["b", "c"]
    assert player.submit("b").at == ["c"]
    assert player.submit("c").at == ["last"]


def test_an_inclusive_join_in_a_loop_joins_every_round(play: Play) -> None:
    player = play(
        *("start s", "s -> m", "xor m", "m -> f", "or f f_b", "f -> a if n < 2", "f -> b", "user a", "user b"),
        *("f -> c if n < 1", "user c", "c -> j"),
        *("a -> j", "b -> j", "or j", "j -> t", "script t n = n + 1", "t -> g", "xor g g_e", "g -> m if n < 3"),
        *("g -> e", "end e"),
        n=0,
    )
    assert player.at == ["a", "c"]
    assert player.submit("a").at == ["c"]
    assert player.submit("c").at == ["a"]
    assert player.submit("a").at == ["b"]
    assert player.submit("b").ended


def test_an_inclusive_join_waits_for_what_comes_through_another_join_and_a_link(play: Play) -> None:
    player = play(
        *("start s", "s -> f", "or f", "f -> a if true", "f -> b if true", "task a", "user b", "a -> j"),
        *("b -> l", "throw l link L", "wait l2 link L", "l2 -> k", "or k", "k -> c", "user c", "c -> j"),
        *("or j", "j -> last", "user last", "last -> e", "end e"),
    )
    assert player.submit("b").at == ["c"]
    assert player.submit("c").at == ["last"]


def test_an_inclusive_join_inside_a_sub_process_does_not_look_outside(play: Play) -> None:
    sub = inside(
        "sub",
        *("start is", "is -> f", "or f", "f -> a if true", "f -> b if true", "task a", "user b", "a -> j", "b -> j"),
        *("or j", "j -> last", "user last", "last -> ie", "end ie"),
    )
    player = play(
        *("start s", "s -> p", "and p", "p -> sub", sub, "p -> u", "user u", "u -> q", "sub -> q", "and q", "q -> e"),
        "end e",
    )
    assert player.submit("b").at == ["last", "u"]
    assert player.submit("last").submit("u").ended


def test_a_token_that_comes_late_to_an_inclusive_join_makes_a_round_of_its_own(play: Play) -> None:
    player = play(
        *("start s", "s -> f", "and f", "f -> a", "f -> b", "user a", "user b", "a -> m", "b -> m", "xor m"),
        *("m -> j", "z -> j", "xor y y_e", "f -> y", "y -> z if false", "y -> e", "task z", "or j", "j -> last"),
        *("user last", "last -> e", "end e"),
    )
    # Both come on the same flow, and nothing can come on the other one: each goes on alone.
    assert player.submit("a").at == ["b", "last"]
    assert player.submit("b").at == ["last", "last"]


RACE = (
    *("start s", "s -> g", "race g", "g -> m", "g -> i", "g -> t", "g -> c", "g -> r"),
    *("wait m message M", "wait i signal S", "wait t timer PT1H", "wait c condition go", "receive r R"),
    *(f"{name} -> u{name}" for name in "mitcr"),
    *(f"user u{name}" for name in "mitcr"),
    *(f"u{name} -> e" for name in "mitcr"),
    "end e",
)


@pytest.mark.bpmn(
    "Event-based gateway",
    "Goes on with the first of several messages, signals, timers, conditions or receive tasks; the others are gone.",
)
@pytest.mark.parametrize(
    ("happens", "at"),
    [
        (lambda player: player.message("M", x=1), "um"),
        (lambda player: player.signal("S"), "ui"),
        (lambda player: player.sleep(hours=1), "ut"),
        (lambda player: player.change(go=True), "uc"),
        (lambda player: player.message("R"), "ur"),
    ],
)
def test_the_first_event_wins_the_race(play: Play, happens: Callable[[Any], Any], at: str) -> None:
    player = play(*RACE)
    assert sorted(each.trigger for each in player.for_events) == ["message", "message", "signal", "timer"]
    assert happens(player).at == [at]
    assert player.standing == [at]
    assert player.for_events == []
    assert player.submit(at).ended


def test_a_condition_that_is_true_already_wins_the_race_at_once(play: Play) -> None:
    player = play(*RACE, go=True)
    assert player.at == ["uc"]
    assert player.for_events == []


def test_two_races_at_the_same_gateway_do_not_know_each_other(play: Play) -> None:
    player = play(
        *("start s", "s -> f", "and f", "one: f -> g", "two: f -> g", "race g", "g -> m", "g -> t"),
        *("wait m message M", "wait t timer PT1H", "m -> um", "t -> ut", "user um", "user ut", "um -> e", "ut -> e"),
        "end e",
    )
    assert len(player.for_events) == 4
    assert player.message("M").at == ["um"]
    assert len(player.for_events) == 2
    assert player.sleep(hours=1).at == ["um", "ut"]


def test_when_one_event_cannot_wait_the_others_are_still_there_and_it_can_be_tried_again(stop: Play) -> None:
    elements = (
        *("start s", "s -> g", "race g", "g -> m", "g -> t", "wait m message M", "wait t timer =delay"),
        *("m -> e", "t -> e", "end e"),
    )
    player = stop(*elements, delay="soon")
    assert player.standing == ["m", "t"]
    player.change(delay="PT1H")
    assert sorted(each.trigger for each in player.for_events) == ["message", "timer"]
    assert player.message("M").ended


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


def test_an_inclusive_join_does_not_wait_for_an_event_when_its_activity_leads_to_what_has_come(play: Play) -> None:
    player = play(
        *("start s", "s -> f", "or f", "f -> a if true", "f -> b if true", "task a", "user b", "a -> m", "b -> m"),
        *("xor m", "m -> j", "on t b timer PT1H", "t -> j", "or j", "j -> last", "user last", "last -> e", "end e"),
    )
    assert player.at == ["b", "last"]
    assert player.sleep(hours=1).at == ["last", "last"]


@pytest.mark.parametrize("kind", ["and", "or"])
def test_every_round_of_a_loop_that_waits_for_nobody_is_joined(play: Play, kind: str) -> None:
    condition = " if true" if kind == "or" else ""
    player = play(
        *("start s", "s -> m", "xor m", "m -> f", f"{kind} f", f"f -> a{condition}", f"f -> b{condition}", "task a"),
        *("task b", "a -> j", "b -> j", f"{kind} j", "j -> t", "script t n = n + 1", "t -> g", "xor g g_e"),
        *("g -> m if n < 5", "g -> e", "end e"),
        n=0,
    )
    assert player.ended
    assert [player.path.count(name) for name in "abt"] == [5, 5, 5]
