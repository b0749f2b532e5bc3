from collections.abc import Callable
from typing import Any

import pytest

from engine.spiff import StepFailed
from engine.spiff.gateways import NoConditionHolds

Play = Callable[..., Any]

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


@pytest.mark.parametrize(("n", "taken"), [(1, "low"), (50, "mid"), (500, "other"), (None, "other"), ("text", "other")])
def test_an_exclusive_gateway_takes_the_first_true_flow_in_the_order_of_the_file(
    play: Play, n: object, taken: str
) -> None:
    assert play(*CHOICE, n=n).at == [taken]


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
