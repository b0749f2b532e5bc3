"""Inclusive gateways."""

import pytest

from engine.spiff.element import NoConditionHolds
from tests.spiff.notation import inside
from tests.spiff.player import Play, fails


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
